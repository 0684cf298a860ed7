/**
 * Deliveries: one row per mail, from the decision to a final state. {@link dev.seneschal.notification.delivery.Intake} writes
 * them, {@link dev.seneschal.notification.delivery.Deliverer} brings them to an end,
 * {@link dev.seneschal.notification.delivery.Deliveries} shows them.
 */
package dev.seneschal.notification.delivery;
