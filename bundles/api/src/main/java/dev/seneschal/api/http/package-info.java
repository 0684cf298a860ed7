/** REST handlers free of servlet types; the gateway serves whatever is registered. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.seneschal.api.http;
