package dev.seneschal.notification.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A value in HTML is escaped for the place it stands in, or the template is refused. */
final class HtmlEscapingTest {

    private static Sandbox sandbox;

    @BeforeAll
    static void start() {
        sandbox = new Sandbox(Limits.MAIL);
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    private static String render(String html, String value) throws InterruptedException {
        return sandbox.render(sandbox.compile(new TemplateSource("s", "t", html)), Map.of("v", value))
                .html();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "<p>$v</p>|<script>alert(1)</script>|<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
                "<p title=\"$v\">x</p>|\" onclick=\"x|<p title=\"&quot; onclick=&quot;x\">x</p>",
                "<p title='$v'>x</p>|' onclick='x|<p title='&#39; onclick=&#39;x'>x</p>",
                "<a href=\"$v\">x</a>|javascript:alert(1)|<a href=\"about:invalid\">x</a>",
                "<a href='$v'>x</a>|JaVaScRiPt:alert(1)|<a href='about:invalid'>x</a>",
                "<a href=\"$v\">x</a>|data:text/html;base64,AA|<a href=\"about:invalid\">x</a>",
                "<a href=\"$v\">x</a>|//evil.example|<a href=\"about:invalid\">x</a>",
                "<a href=\"$v\">x</a>|https://a.example/?a=1&b=2|<a href=\"https://a.example/?a=1&amp;b=2\">x</a>",
                "<a href=\"$v\">x</a>|mailto:a@example.org|<a href=\"mailto:a@example.org\">x</a>",
                "<a href=\"https://a.example/$v\">x</a>|../b?c#d|<a href=\"https://a.example/..%2Fb%3Fc%23d\">x</a>",
                "<a href=\"https://a.example/?q=$v&r=1\">x</a>|ä&b|<a href=\"https://a.example/?q=%C3%A4%26b&r=1\">x</a>",
                "<title>$v</title>|</title>|<title>&lt;/title&gt;</title>",
                "<!-- a > b --><p>$v</p>|<|<!-- a > b --><p>&lt;</p>",
                "<style>p > a { color: #fff }</style>$v|<|<style>p > a { color: #fff }</style>&lt;",
                "a < b and $v|<|a < b and &lt;",
                "#if($v)<b>$v</b>#end|<|<b>&lt;</b>",
                "<p class=\"#if($v)a#{else}b#end\">$v</p>|<|<p class=\"a\">&lt;</p>",
            })
    void escapes(String html, String value, String expected) throws Exception {
        assertThat(render(html, value)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<script>$v</script>",
                "<script>a < b; '$v'</script>",
                "<style>$v</style>",
                "<SCRIPT>\"$v\"</SCRIPT>",
                "<!-- $v -->",
                "<!-- <p> --  $v -->",
                "<p title=$v>x</p>",
                "<p title= $v>x</p>",
                "<p title=a$v>x</p>",
                "<p $v>x</p>",
                "<p $v=\"a\">x</p>",
                "<p data-$v=\"a\">x</p>",
                "<$v>x</p>",
                "<p$v>x</p>",
                "</$v>",
                "<p onclick=\"$v\">x</p>",
                "<p ONCLICK='$v'>x</p>",
                "<p style=\"color: $v\">x</p>",
                "<iframe srcdoc=\"$v\"></iframe>",
                "<meta http-equiv=\"refresh\" content=\"$v\">",
                "<base href=\"$v\">",
                "<a href=\"javascript:$v\">x</a>",
                "<a href=\" java$v\">x</a>",
                "<!DOCTYPE $v>",
                "<p title=\"$v>x</p>",
                "<p title=\"#if($v)\" onclick=\"#end$v\">x</p>",
                "#if($v)<script>#end $v",
                "#if($v)<p title=\"#else<p>#end$v",
                "#foreach($x in [1])<p title=\"#end$v",
                "<p tit#if($v)le#end=\"a\">x</p>",
                "<p title=a#if($v)b#end>x</p>",
            })
    void refuses(String html) {
        assertThatThrownBy(() -> render(html, "x"))
                .isInstanceOfSatisfying(
                        TemplateFault.class, fault -> assertThat(fault.part()).isEqualTo(Part.HTML));
    }
}
