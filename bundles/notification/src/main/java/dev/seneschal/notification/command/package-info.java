/** Notification at the Karaf prompt. */
package dev.seneschal.notification.command;
