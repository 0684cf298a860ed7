package dev.seneschal.notification.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Templates that make a stock Velocity leak, change its model, hang or run out of memory. */
final class AttackTest {

    private static final String MANY = "a".repeat(60) + "!";
    private static Sandbox sandbox;

    @BeforeAll
    static void start() {
        sandbox = new Sandbox(Limits.MAIL);
    }

    @AfterAll
    static void noRendererIsLost() {
        assertThat(sandbox.stuck()).isZero();
        sandbox.close();
    }

    private static Map<String, Object> data() {
        return Map.of(
                "s",
                "text",
                "i",
                1,
                "flag",
                true,
                "q",
                MANY,
                "huge",
                "1e999999999",
                "user",
                Map.of("name", "Ann", "email", "ann@example.org"),
                "list",
                List.of(1, 2, 3),
                "event",
                Map.of("type", "t", "data", Map.of("user", "ann")));
    }

    private static Rendered render(String text) throws InterruptedException {
        return sandbox.render(sandbox.compile(new TemplateSource("subject", text, null)), data());
    }

    static Stream<Arguments> attacks() {
        return Stream.of(
                        "1 class by name|$s.class.forName('java.lang.Runtime').getRuntime().exec('id')",
                        "1 class of a number|$i.class.forName('java.lang.Runtime')",
                        "2 class loader|$user.class.classLoader",
                        "2 protection domain|$s.protectionDomain.codeSource.location",
                        "2 wait|$s.wait(9)",
                        "2 getClass|$s.getClass()",
                        "3 include|#include('../../../../etc/passwd')",
                        "4 parse|#parse('pom.xml')",
                        "5 system property of Integer|$i.getInteger('java.specification.version')",
                        "5 system property of Boolean|$flag.getBoolean('x')",
                        "6 JVM-wide state|$format.setDefault($format)",
                        "7 setter|$user.setName('evil')",
                        "7 property|#set($user.name='evil')",
                        "7 index|#set($list[0]='evil')",
                        "7 put|$user.put('email','evil@x')",
                        "7 clear|$user.clear()",
                        "7 clear a list|$list.clear()",
                        "7 add|$list.add(4)",
                        "7 data itself|#set($user='evil')",
                        "8 declaring class|$flag.declaringClass",
                        "8 class name|$format.class.name",
                        "8 template of a loop|#foreach($x in $list)$foreach.info.template#end",
                        "8 topmost|#foreach($x in $list)$foreach.topmost#end",
                        "9 repeat|$s.repeat(700000000)",
                        "10 format|$s.format('%1$900000000s','x')",
                        "11 doubling by interpolation and sum|#set($x='xxxxxxxxxx')#foreach($q in [1..60])#set($x=$x+$x)#end$x",
                        "12 range as text|#set($r=[1..2000000000])$r",
                        "12 range as argument|$list.addAll([1..200000000])",
                        "12 range that is compared|#if([1..2000000000]==[1..2000000000])x#end",
                        "12 range that contains|$list.contains([1..2000000000])",
                        "13 expression|$q.matches('(.*a){30}z')",
                        "13 replaceAll|$q.replaceAll('(.*a){30}z','')",
                        "13 split|$q.split('(.*a){30}z')",
                        "14 long loop|#foreach($i2 in [1..2000000000])#end",
                        "14 nested loops|#foreach($a in [1..10000])#foreach($b in [1..10000])#foreach($c in [1..10000])#end#end#end",
                        "14 hash|#foreach($x in [1..2])$list.hashCode()#end",
                        "15 list in itself|$list.add($list)$list.hashCode()",
                        "15 map in itself|$user.put('m',$user)",
                        "15 list of lists|#set($x=[$list,$list])$x",
                        "15 map literal|#set($x={'a':$user})$x.a.name",
                        "16 evaluate|#set($e='#evaluate($e)')#evaluate($e)",
                        "17 parentheses|#if(" + "(".repeat(20_000) + "true" + ")".repeat(20_000) + ")x#end",
                        "17 parentheses on lines|#if(" + "(\n".repeat(20_000) + "true" + ")".repeat(20_000) + ")x#end",
                        "17 conditions|" + "#if(true)".repeat(20_000) + "x" + "#end".repeat(20_000),
                        "17 conditions in braces|" + "#{if}(true)".repeat(5_000) + "x" + "#end".repeat(5_000),
                        "17 lists|#set($x=" + "[".repeat(20_000) + "]".repeat(20_000) + ")",
                        "17 negations|#if(" + "!".repeat(100_000) + "true)x#end",
                        "17 minus signs|#set($x=" + "- ".repeat(60_000) + "$i)$x",
                        "17 sums|#set($x=1" + "+1".repeat(60_000) + ")$x",
                        "17 calls in calls|#set($x=" + "$format.upper(".repeat(12) + "$s" + ")".repeat(11) + ")",
                        "18 macro|#macro(a)xxxx#end#macro(b)#a()#a()#end#b()",
                        "18 block macro|#@a()x#end",
                        "19 define|#define($a)xxxx#end#define($b)$a$a#end$b",
                        "20 macro for others|#macro(greet)evil#end",
                        "20 macro of others|#greet()",
                        "21 misspelled|Dear $user.nmae",
                        "21 misspelled, formal|Dear ${user.nmae}",
                        "21 unknown root|Dear $usr",
                        "residue: number text in a sum|#set($x=$huge - 1)$x",
                        "residue: number text in a product|#set($x=$huge*$huge)$x",
                        "residue: number that grows|#set($x=9)#foreach($q2 in [1..1000])#set($x=$x*$x)#end$x",
                        "residue: division by zero|#set($x=1/0)$x",
                        "residue: many long strings|#foreach($q2 in [1..9999])#set($x=$q+$q+$q+$q+$q+$q+$q+$q)#end",
                        "residue: output|#foreach($q2 in [1..18000])$q$q$q$q$q$q$q$q$q$q#end",
                        "residue: object as text|$user",
                        "residue: list as text|$list",
                        "residue: pattern|$format.time('2026-01-01T00:00:00Z', \"" + "y".repeat(5_000) + "\", 'UTC')",
                        "residue: the loop's own variable|#foreach($foreach in [1, 2])x#end",
                        "residue: the loop's own variable, set|#foreach($x in [1, 2])#set($foreach = 1)#end",
                        "residue: the loop kept|#foreach($x in [1, 2])#set($kept = $foreach)#end",
                        "residue: stop|#stop",
                        "residue: break|#foreach($x in $list)#break#end",
                        "residue: loop that stops|#foreach($x in $list)$foreach.stop()#end",
                        "residue: source|" + "x".repeat(200_000))
                .map(attack -> Arguments.of(
                        attack.substring(0, attack.indexOf('|')), attack.substring(attack.indexOf('|') + 1)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attacks")
    void isRefused(String name, String template) {
        assertThatThrownBy(() -> render(template)).as(name).isInstanceOf(TemplateFault.class);
    }

    @Test
    void interpolationDoesNotHappen() throws Exception {
        assertThat(render("#set($x=\"$s#if(true)\")$x").text()).isEqualTo("$s#if(true)");
    }

    @Test
    void dataIsNeverATemplate() throws Exception {
        var template = sandbox.compile(new TemplateSource("$a", "$a", "$a"));
        var rendered = sandbox.render(template, Map.of("a", "$user.password #include('x') #set($a='b')"));
        assertThat(rendered.text()).isEqualTo("$user.password #include('x') #set($a='b')");
        assertThat(rendered.subject()).isEqualTo("$user.password #include('x') #set($a='b')");
        assertThat(rendered.html()).isEqualTo("$user.password #include(&#39;x&#39;) #set($a=&#39;b&#39;)");
    }

    @Test
    void aSubjectStaysOneLine() throws Exception {
        var template = sandbox.compile(new TemplateSource("Hello $a", "x", null));
        var rendered = sandbox.render(template, Map.of("a", "Ann\r\nBcc: evil@example.org\u0000\u2028"));
        assertThat(rendered.subject()).isEqualTo("Hello Ann Bcc: evil@example.org");
    }

    @Test
    void aSubjectOfTwoLinesIsRefused() {
        assertThatThrownBy(() -> sandbox.compile(new TemplateSource("Hello\r\nBcc: evil@example.org", "x", null)))
                .isInstanceOf(TemplateFault.class)
                .hasMessageContaining("control character");
    }

    @Test
    void aVariableOfOneRenderingIsNotSeenByTheNext() throws Exception {
        render("#set($left='behind')$left");
        assertThatThrownBy(() -> render("$left")).isInstanceOf(TemplateFault.class);
    }

    @Test
    void aFaultSaysWhere() {
        assertThatThrownBy(() -> render("Dear all,\n\n  $user.nmae!"))
                .isInstanceOfSatisfying(TemplateFault.class, fault -> assertThat(fault.describe())
                        .isEqualTo("text line 3, column 3: $user.nmae has no value."));
    }
}
