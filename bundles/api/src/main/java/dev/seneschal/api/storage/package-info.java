/** Transactions on PostgreSQL, each bound to one tenant or, openly, to the system. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.seneschal.api.storage;
