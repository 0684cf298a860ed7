package dev.seneschal.api.job;

import dev.seneschal.api.tenant.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/**
 * Work that comes due again and again.
 *
 * @param tenant whose work it is
 * @param name unique within the tenant, 1 to 100 characters
 * @param type the type of the jobs it adds
 * @param payload the payload of the jobs it adds, JSON text
 * @param cron five fields, minute first, as in crontab(5)
 * @param zone an IANA zone
 * @param maxLateness a tick that is later than this is skipped and noted, not made up for; 1 second to 366 days
 * @param next the next tick; ignored when given to {@link JobQueue#schedule}
 */
public record JobSchedule(
        TenantId tenant,
        String name,
        String type,
        String payload,
        String cron,
        ZoneId zone,
        Duration maxLateness,
        Instant next) {}
