package dev.seneschal.notification.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an author may write, and what it comes to. */
final class SandboxTest {

    private static Sandbox sandbox;

    @BeforeAll
    static void start() {
        sandbox = new Sandbox(Limits.MAIL);
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "Hello $user.name!~Hello Ann!",
                "Ticket #$n~Ticket #7",
                "$$n and \\$n~$7 and $n",
                "costs $5.00 #1~costs $5.00 #1",
                "color: #fff; #333333~color: #fff; #333333",
                "#if($user.phone)call#{else}write#end~write",
                "#if($missing.x)a#{else}b#end~!",
                "#if($user.name == 'Ann' && !$empty)yes#end~yes",
                "$!user.phone.~.",
                "${user.phone|'none'}~none",
                "#foreach($x in $list)$x#if($foreach.hasNext), #end#end~1, 2, 3",
                "#foreach($x in $empty)$x#{else}nothing#end~nothing",
                "#foreach($x in ['a','b'])$foreach.count$x#end~1a2b",
                "#foreach($x in [3..1])$x#end~321",
                "$list[0] $list[-1] $list.size()~1 3 3",
                "#set($a = $n * 2 + 1)$a~15",
                "#set($a = 7 / 2)$a#set($a = 7 % 2)$a#set($a = -$n)$a~31-7",
                "#set($a = 'x' + $n)$a~x7",
                "#if($n >= 7 || $n < 0)in#end~in",
                "#if($n == '7')same#end~same",
                "$half $big~0.5 12345678901234567000",
                "$format.upper($user.name)~ANN",
                "$format.shorten($user.name, 2)~An…",
                "$format.orElse($user.phone, 'none')~none",
                "$format.time('2026-07-01T10:00:00Z', 'd MMM yyyy HH:mm', 'Europe/Berlin')~1 Jul 2026 12:00",
                "a## comment~a",
                "a#* comment *#b~ab",
                "#[[$not #parsed]]#~$not #parsed",
            })
    void means(String template, String expected) throws Exception {
        if (expected.equals("!")) {
            assertThatThrownBy(() -> render(template)).isInstanceOf(TemplateFault.class);
            return;
        }
        assertThat(render(template)).isEqualTo(expected);
    }

    private static String render(String template) throws InterruptedException {
        Map<String, Object> data = Map.of(
                "user",
                Map.of("name", "Ann"),
                "n",
                7,
                "half",
                0.5,
                "big",
                new BigDecimal("12345678901234567000"),
                "empty",
                List.of(),
                "list",
                List.of(1, 2, 3));
        return sandbox.render(sandbox.compile(new TemplateSource("s", template, null)), data)
                .text();
    }

    @Test
    void aHostThatIsTooSlowIsNotTheTemplatesFault() throws Exception {
        var mail = Limits.MAIL;
        var hurried = new Limits(
                mail.sourceChars(), mail.nesting(), 100, mail.outputChars(), mail.builtChars(), Duration.ofNanos(1), 1);
        try (var slow = new Sandbox(hurried)) {
            var counting = slow.compile(new TemplateSource("s", "#foreach($x in [1..20])$x#end", null));
            assertThatThrownBy(() -> slow.render(counting, Map.of()))
                    .isInstanceOfSatisfying(TemplateFault.class, fault -> {
                        assertThat(fault.getMessage()).contains("takes longer than");
                        assertThat(fault.isPassing()).isTrue();
                    });
        }
        assertThatThrownBy(() -> render("$missing"))
                .isInstanceOfSatisfying(TemplateFault.class, fault -> assertThat(fault.isPassing())
                        .isFalse());
    }
}
