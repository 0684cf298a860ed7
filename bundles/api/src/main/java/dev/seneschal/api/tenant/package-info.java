/** Tenants: whose data a row, an event or a request is. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.seneschal.api.tenant;
