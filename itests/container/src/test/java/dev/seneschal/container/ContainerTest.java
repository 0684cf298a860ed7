package dev.seneschal.container;

import static org.ops4j.pax.exam.CoreOptions.vmOptions;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.configureConsole;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.editConfigurationFilePut;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.karafDistributionConfiguration;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import javax.inject.Inject;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.options.DefaultCompositeOption;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerSuite;
import org.osgi.framework.BundleContext;

/** The one configuration of the container. Everything else in a subclass runs inside it. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerSuite.class)
public abstract class ContainerTest {

    @Inject
    BundleContext context;

    @Configuration
    public static Option[] container() throws IOException {
        var distribution = new File(System.getProperty("seneschal.distribution"));
        if (!distribution.isFile()) {
            throw new IllegalStateException("There is no distribution at " + distribution
                    + "; build it with: mvn -pl karaf-assembly -am package -DskipTests");
        }
        var ports = freePorts(4);
        return new Option[] {
            karafDistributionConfiguration()
                    .frameworkUrl(distribution.getCanonicalFile().toURI().toString())
                    .name("Seneschal")
                    .karafVersion(System.getProperty("karaf.version"))
                    .unpackDirectory(new File(System.getProperty("seneschal.work")))
                    .useDeployFolder(false),
            configureConsole().ignoreLocalConsole().ignoreRemoteShell(),
            put("org.apache.felix.http.cfg", "org.osgi.service.http.port", ports.get(0)),
            put("org.apache.karaf.shell.cfg", "sshPort", ports.get(1)),
            put("org.apache.karaf.management.cfg", "rmiRegistryPort", ports.get(2)),
            put("org.apache.karaf.management.cfg", "rmiServerPort", ports.get(3)),
            put(
                    "org.ops4j.pax.url.mvn.cfg",
                    "org.ops4j.pax.url.mvn.defaultRepositories",
                    "file:${karaf.home}/system@id=system@snapshots, file:"
                            + System.getProperty("seneschal.exam.repository") + "@id=exam@snapshots"),
            put("system.properties", "seneschal.http.port", ports.get(0)),
            java()
        };
    }

    /** As bin/karaf starts it, which Pax Exam does not use. */
    private static Option java() {
        return new DefaultCompositeOption(vmOptions(
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1", // it ends before the second compiler would pay for itself
                "--add-reads=java.xml=java.logging",
                "--add-exports=java.base/org.apache.karaf.specs.locator=java.xml,ALL-UNNAMED",
                "--patch-module",
                "java.base=lib/endorsed/org.apache.karaf.specs.locator-" + System.getProperty("karaf.version") + ".jar",
                "--patch-module",
                "java.xml=lib/endorsed/org.apache.karaf.specs.java.xml-" + System.getProperty("karaf.version") + ".jar",
                "--add-opens=java.base/java.security=ALL-UNNAMED",
                "--add-opens=java.base/java.net=ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "--add-opens=java.naming/javax.naming.spi=ALL-UNNAMED",
                "--add-opens=java.rmi/sun.rmi.transport.tcp=ALL-UNNAMED",
                "--add-exports=java.base/sun.net.www.protocol.file=ALL-UNNAMED",
                "--add-exports=java.base/sun.net.www.protocol.http=ALL-UNNAMED",
                "--add-exports=java.base/sun.net.www.protocol.https=ALL-UNNAMED",
                "--add-exports=java.base/sun.net.www.protocol.jar=ALL-UNNAMED",
                "--add-exports=java.base/sun.net.www.content.text=ALL-UNNAMED",
                "--add-exports=java.naming/com.sun.jndi.ldap=ALL-UNNAMED",
                "--add-exports=java.rmi/sun.rmi.registry=ALL-UNNAMED",
                "-classpath",
                "lib/jdk9plus/*" + File.pathSeparator + "lib/boot/*"));
    }

    private static Option put(String file, String key, Object value) {
        return editConfigurationFilePut("etc/" + file, key, value.toString());
    }

    private static List<Integer> freePorts(int count) throws IOException {
        var sockets = new ArrayList<ServerSocket>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (var socket : sockets) {
                socket.close();
            }
        }
    }
}
