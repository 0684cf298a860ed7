/** The durable event log: append, read, follow, and consume with a durable cursor. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.seneschal.api.event;
