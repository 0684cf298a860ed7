package dev.seneschal.api.access;

import java.util.List;

/** The permissions of this release, each {@code area:verb}. */
public final class Permissions {

    /** Append events. */
    public static final String EVENTS_PUBLISH = "events:publish";
    /** Read events from the log. */
    public static final String EVENTS_READ = "events:read";
    /** Subscribe to live channels. */
    public static final String REALTIME_SUBSCRIBE = "realtime:subscribe";
    /** Look at connections and channels. */
    public static final String REALTIME_READ = "realtime:read";
    /** Read the host's metrics. */
    public static final String METRICS_READ = "metrics:read";
    /** Look at templates, workflows and deliveries. */
    public static final String NOTIFICATION_READ = "notification:read";
    /** Change templates and workflows. */
    public static final String NOTIFICATION_MANAGE = "notification:manage";
    /** Read the kept mail of the development mailbox. */
    public static final String MAIL_READ = "mail:read";
    /** Empty the development mailbox. */
    public static final String MAIL_MANAGE = "mail:manage";
    /** Look at policies, previews and runs. */
    public static final String RETENTION_READ = "retention:read";
    /** Change retention policies. */
    public static final String RETENTION_MANAGE = "retention:manage";
    /** Start a retention run from a preview. */
    public static final String RETENTION_APPROVE = "retention:approve";
    /** Look at jobs. */
    public static final String JOBS_READ = "jobs:read";
    /** Cancel and retry jobs. */
    public static final String JOBS_MANAGE = "jobs:manage";
    /** Read and verify the journal. */
    public static final String AUDIT_READ = "audit:read";
    /** Create and revoke keys, create tenants. */
    public static final String ACCESS_MANAGE = "access:manage";

    /** Every permission, in order. */
    public static final List<String> ALL = List.of(
            ACCESS_MANAGE,
            AUDIT_READ,
            EVENTS_PUBLISH,
            EVENTS_READ,
            JOBS_MANAGE,
            JOBS_READ,
            MAIL_MANAGE,
            MAIL_READ,
            METRICS_READ,
            NOTIFICATION_MANAGE,
            NOTIFICATION_READ,
            REALTIME_READ,
            REALTIME_SUBSCRIBE,
            RETENTION_APPROVE,
            RETENTION_MANAGE,
            RETENTION_READ);

    private Permissions() {}
}
