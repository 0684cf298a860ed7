/** Who asks, and what they may do. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.seneschal.api.access;
