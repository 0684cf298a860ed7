package dev.seneschal.access.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seneschal.api.storage.StorageUnavailableException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.Configuration;
import org.apache.karaf.jaas.modules.properties.PropertiesLoginModule;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On Karaf's own login module. */
final class KarafRealmTest {

    @TempDir
    private Path directory;

    private Path users;

    @BeforeEach
    void write() throws Exception {
        users = Files.writeString(directory.resolve("users.properties"), "ann = right,admin\n");
    }

    private Realm realm(Map<String, ?> more) {
        var options = new HashMap<String, Object>(more);
        options.put("users", users.toString());
        return new KarafRealm("karaf", new Configuration() {
            @Override
            public AppConfigurationEntry[] getAppConfigurationEntry(String name) {
                return name.equals("karaf")
                        ? new AppConfigurationEntry[] {
                            new AppConfigurationEntry(
                                    PropertiesLoginModule.class.getName(), LoginModuleControlFlag.OPTIONAL, options)
                        }
                        : null;
            }
        });
    }

    @Test
    void aWrongPasswordAndAnUnknownAccountAreRefused() {
        var realm = realm(Map.of());
        assertThat(realm.login("ann", "right").orElseThrow()).containsExactly("admin");
        assertThat(realm.login("ann", "wrong")).isEmpty();
        assertThat(realm.login("nobody", "right")).isEmpty();
    }

    @Test
    void accountsThatCannotBeReadAreNoWrongPassword() throws Exception {
        Files.delete(users);
        var realm = realm(Map.of());
        assertThatThrownBy(() -> realm.login("ann", "right")).isInstanceOf(StorageUnavailableException.class);
    }

    @Test
    void aRealmThatThereIsNotIsNoWrongPassword() {
        var realm = new KarafRealm("karaf", new Configuration() {
            @Override
            public AppConfigurationEntry[] getAppConfigurationEntry(String name) {
                return null;
            }
        });
        assertThatThrownBy(() -> realm.login("ann", "right")).isInstanceOf(StorageUnavailableException.class);
    }
}
