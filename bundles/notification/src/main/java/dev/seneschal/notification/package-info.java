/** From an event to the right mail: templates, workflows and deliveries, each in a package of its own. */
package dev.seneschal.notification;
