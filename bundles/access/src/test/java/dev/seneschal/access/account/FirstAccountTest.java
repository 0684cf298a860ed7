package dev.seneschal.access.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seneschal.access.RecordingJournal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

    private BackingEngine engine() {
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
        return FirstAccount.engine(List.of(karaf), List.of(new PropertiesBackingEngineFactory()))
                .orElseThrow();
    }

    private void create(String password) {
        FirstAccount.create(engine(), journal, password, new PrintStream(printed, true, StandardCharsets.UTF_8));
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
}
