/** Velocity templates that nobody needs to trust. Entry: {@link dev.seneschal.notification.sandbox.Sandbox}. */
package dev.seneschal.notification.sandbox;
