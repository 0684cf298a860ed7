/** The tamper-evident journal of every act that changes something. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.seneschal.api.audit;
