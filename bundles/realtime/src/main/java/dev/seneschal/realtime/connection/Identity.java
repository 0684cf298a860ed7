package dev.seneschal.realtime.connection;

import dev.seneschal.api.access.Caller;
import dev.seneschal.api.tenant.TenantId;

/**
 * Who is behind a connection.
 *
 * @param caller who they are
 * @param tenant the tenant they act for
 */
public record Identity(Caller caller, TenantId tenant) {}
