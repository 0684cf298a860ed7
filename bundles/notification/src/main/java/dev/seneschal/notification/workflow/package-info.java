/** Workflows: when an event leads to a mail. Entry: {@link dev.seneschal.notification.workflow.Workflows}. */
package dev.seneschal.notification.workflow;
