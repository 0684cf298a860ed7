/** The work queue: due work, done once per cluster. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.seneschal.api.job;
