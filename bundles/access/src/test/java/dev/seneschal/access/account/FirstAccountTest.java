package dev.seneschal.access.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seneschal.access.RecordingJournal;
import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.storage.StorageUnavailableException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.Configuration;
import org.apache.karaf.jaas.boot.ProxyLoginModule;
import org.apache.karaf.jaas.config.JaasRealm;
import org.apache.karaf.jaas.modules.BackingEngine;
import org.apache.karaf.jaas.modules.properties.PropertiesBackingEngineFactory;
import org.apache.karaf.jaas.modules.properties.PropertiesLoginModule;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On Karaf's own login module and store of accounts. */
final class FirstAccountTest {

    @TempDir
    private Path directory;

    private final RecordingJournal journal = new RecordingJournal();
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private Path users;
    private Realm realm;

    @BeforeEach
    void start() throws IOException {
        users = Files.createFile(directory.resolve("users.properties"));
        realm = new KarafRealm("karaf", new Configuration() {
            @Override
            public AppConfigurationEntry[] getAppConfigurationEntry(String name) {
                return entries();
            }
        });
    }

    private AppConfigurationEntry[] entries() {
        Map<String, Object> options = Map.of(
                "users", users.toString(), ProxyLoginModule.PROPERTY_MODULE, PropertiesLoginModule.class.getName());
        return new AppConfigurationEntry[] {
            new AppConfigurationEntry(PropertiesLoginModule.class.getName(), LoginModuleControlFlag.OPTIONAL, options)
        };
    }

    private Optional<BackingEngine> engine() {
        var karaf = new JaasRealm() {
            @Override
            public String getName() {
                return "karaf";
            }

            @Override
            public int getRank() {
                return 0;
            }

            @Override
            public AppConfigurationEntry[] getEntries() {
                return entries();
            }
        };
        return FirstAccount.engine(List.of(karaf), List.of(new PropertiesBackingEngineFactory()));
    }

    private void create(String password) {
        create(password, journal, pause -> false);
    }

    private void create(String password, Journal into, Predicate<Duration> pause) {
        var console = new PrintStream(printed, true, StandardCharsets.UTF_8);
        new AccountCreation(this::engine, into, pause, console).create(password);
    }

    @Test
    void anEmptyRealmGetsAnAdministratorWithTheGivenPassword() {
        create("correct horse");
        assertThat(realm.login("admin", "correct horse").orElseThrow())
                .contains("admin", "manager", "viewer", "systembundles", "ssh", "admingroup");
        assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(journal.actions()).containsExactly("access.account-create");
    }

    @Test
    void withoutAGivenPasswordARandomOneIsPrintedOnce() {
        create(null);
        var matcher = Pattern.compile("password {2}(\\S{24})").matcher(printed.toString(StandardCharsets.UTF_8));
        assertThat(matcher.find()).isTrue();
        assertThat(realm.login("admin", matcher.group(1))).isPresent();
        printed.reset();
        create(null);
        assertThat(printed.size()).isZero();
    }

    @Test
    void aRealmWithAnAccountIsLeftAlone() throws IOException {
        Files.writeString(users, "ann = secret,admin\n");
        create("correct horse");
        assertThat(realm.login("admin", "correct horse")).isEmpty();
        assertThat(journal.actions()).isEmpty();
    }

    @Test
    void theGroupOfKarafsAdministratorsIsUsedIfItIsThere() throws IOException {
        Files.writeString(users, "_g_\\:admingroup = group,admin,ssh\n");
        create("correct horse");
        assertThat(realm.login("admin", "correct horse").orElseThrow())
                .containsExactlyInAnyOrder("admin", "ssh", "admingroup");
    }

    @Test
    void aWrongPasswordIsRefusedAndAGroupIsNoAccount() {
        create("correct horse");
        assertThat(realm.login("admin", "wrong")).isEmpty();
        assertThat(realm.login("_g_:admingroup", "group")).isEmpty();
        assertThat(realm.login("nobody", "correct horse")).isEmpty();
    }

    @Test
    void anAdministratorSomebodyElseMadeIsLeftAlone() throws IOException {
        Files.writeString(users, "admin = secret,admin\n");
        create("correct horse");
        assertThat(realm.login("admin", "secret")).isPresent();
        assertThat(journal.actions()).isEmpty();
    }

    @Test
    void aStoreThatCannotBeOpenedIsTriedAgainLaterAndLater() throws IOException {
        Files.delete(users);
        Files.createDirectory(users);
        var pauses = new ArrayList<Duration>();
        create(null, journal, pause -> {
            assertThat(journal.actions()).isEmpty();
            assertThat(printed.size()).isZero();
            pauses.add(pause);
            if (pauses.size() == 3) {
                giveBackTheFile();
            }
            return true;
        });
        assertThat(pauses).hasSize(3).isSorted().doesNotHaveDuplicates();
        assertThat(realm.login("admin", shown())).isPresent();
        assertThat(journal.actions()).containsExactly("access.account-create");
    }

    private void giveBackTheFile() {
        try {
            Files.delete(users);
            Files.createFile(users);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aWriteThatDidNotReachTheFileIsNoCreation() {
        var opened = new AtomicInteger();
        // The engine writes to what it has in memory; this one's file is thrown away the first time.
        var creation = new AccountCreation(
                () -> {
                    if (opened.incrementAndGet() == 2) {
                        giveBackTheFile();
                    }
                    return engine();
                },
                journal,
                pause -> true,
                new PrintStream(printed, true, StandardCharsets.UTF_8));
        creation.create(null);
        assertThat(realm.login("admin", shown())).isPresent();
        assertThat(journal.actions()).containsExactly("access.account-create");
    }

    @Test
    void aJournalThatIsAwayIsAskedAgainAndTheAccountIsCreatedOnce() {
        var tries = new AtomicInteger();
        var away = new RecordingJournal() {
            @Override
            public UUID record(JournalEntry entry) {
                if (tries.incrementAndGet() < 3) {
                    throw new StorageUnavailableException("The database is away", null);
                }
                return super.record(entry);
            }
        };
        create(null, away, pause -> true);
        assertThat(realm.login("admin", shown())).isPresent();
        assertThat(away.actions()).containsExactly("access.account-create");
    }

    private String shown() {
        var matcher = Pattern.compile("password {2}(\\S{24})").matcher(printed.toString(StandardCharsets.UTF_8));
        assertThat(matcher.results()).hasSize(1);
        matcher.reset();
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }
}
