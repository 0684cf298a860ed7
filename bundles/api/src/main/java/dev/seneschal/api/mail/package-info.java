/** Messages and the transports that carry them. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("0.1.0")
package dev.seneschal.api.mail;
