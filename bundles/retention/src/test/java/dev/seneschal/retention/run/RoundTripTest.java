package dev.seneschal.retention.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seneschal.retention.Host;
import dev.seneschal.retention.segment.ArchiveDirectory;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A restored row equals the archived one, column by column, for every type of PostgreSQL that comes to mind. */
final class RoundTripTest {

    private static final String COLUMNS =
            "tenant_id, id, created_on, b, i2, i4, i8, n, n2, f4, f8, m, c, vc, t, by, ts, tz,"
                    + " ti, tt, iv, u, j, jb, x, ip, ci, mac, bt, vb, tsv, tsq, pt, pg, cl, ir, mr, tr, ai, at, mo, pr, po, lsn, cc,"
                    + " nm, jp";

    private static final String ROWS =
            """
            INSERT INTO everything (tenant_id, created_on) VALUES ('default', '2020-01-01');
            INSERT INTO everything (tenant_id, created_on, b, i2, i4, i8, n, n2, f4, f8, m, c, vc, t, by, ts, tz, ti, tt, iv,
                                    u, j, jb, x, ip, ci, mac, bt, vb, tsv, tsq, pt, pg, cl, ir, mr, tr, ai, at, mo, pr, po,
                                    lsn, cc, nm, jp)
            VALUES ('default', '2020-02-29', true, -32768, 1073741823, -9223372036854775808,
                    123456789012345678901234567890.000000000000001, 12345.67891, 1.1754944e-38, 0.1 + 0.2::float8,
                    '-1234.56', 'ab', E'x\\ty', E'line\\nnext\\\\\\r\\\\N "quoted" ''single'' \\u00e9\\u6f22',
                    '\\x00ff5c0a09', '1999-12-31 23:59:59.999999', '2001-01-01 00:00:00.000001+05:30', '24:00:00',
                    '04:05:06.789-08', '1 year 2 mons -3 days 04:05:06.000007', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
                    '{"b": 1,  "a": [1, 2.50]}', '{"b": 1, "a": [1, 2.50, null]}', '<a b="c">d</a>', '192.168.0.1/24',
                    '2001:db8::/32', '08:00:2b:01:02:03', B'101', B'1100101', to_tsvector('simple', 'a fat cat'),
                    to_tsquery('simple', 'fat & !rat'), '(1.5,-2)', '((0,0),(1,1),(2,0))', '<(1,2),3>', '[1,10)',
                    '{[1,3),[7,9)}', '["2020-01-01 00:00:00+00",)', '{1,NULL,-3}', '{{"a","b,\\"c"},{"d\\\\","NULL"}}',
                    'it''s "fine"', ROW(1, E'x,"y"'), 7, '16/B374D848', 'c', 'name', '$.a[*] ? (@ > 1)');
            INSERT INTO everything (tenant_id, created_on, n, f4, f8, ts, tz, t, by, ai, at, jb, iv, ir)
            VALUES ('default', '2020-03-01', 'NaN', 'Infinity', '-Infinity', 'infinity', '-infinity', '', '', '{}', '{}',
                    'null', '0', 'empty');
            INSERT INTO everything (tenant_id, created_on, t, f8, jb)
            VALUES ('default', '2020-03-02', repeat(E'\\\\.\\n\\t', 5000), '-0', '"\\\\u00e9\\\\t"')""";

    @TempDir
    Path directory;

    @Test
    void restoredRowsEqualTheArchivedOnes() throws Exception {
        try (var host = new Host()) {
            host.superuser(ROWS, "CREATE TABLE original AS SELECT * FROM everything");
            var run = host.approve(host.policy("everything", "created_on", 30, null));
            new RunEngine(
                            host.database.storage(),
                            host.journal,
                            new ArchiveDirectory(directory),
                            new RunEngine.Settings(10, 10, Duration.ofMinutes(1)),
                            Clock.systemUTC(),
                            step -> {})
                    .execute(Host.TENANT, run.id());
            assertThat(host.run(run.id()).deleted())
                    .as(host.run(run.id()).detail())
                    .isEqualTo(4);
            assertThat(host.number("SELECT count(*) FROM everything")).isZero();
            host.superuser("GRANT SELECT ON original TO PUBLIC");
            long equal = host.scope().write(handle -> {
                new Archive(host, directory).restore(handle, "everything", COLUMNS);
                return handle.createQuery("SELECT count(*) FROM (SELECT CAST((" + COLUMNS + ") AS text) FROM restored"
                                + " INTERSECT SELECT CAST((" + COLUMNS + ") AS text) FROM original) same")
                        .mapTo(Long.class)
                        .one();
            });
            assertThat(equal).isEqualTo(4);
        }
    }
}
