package dev.seneschal.notification.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.velocity.runtime.parser.node.ASTAndNode;
import org.apache.velocity.runtime.parser.node.ASTBlock;
import org.apache.velocity.runtime.parser.node.ASTComment;
import org.apache.velocity.runtime.parser.node.ASTDirective;
import org.apache.velocity.runtime.parser.node.ASTElseIfStatement;
import org.apache.velocity.runtime.parser.node.ASTElseStatement;
import org.apache.velocity.runtime.parser.node.ASTEscape;
import org.apache.velocity.runtime.parser.node.ASTEscapedDirective;
import org.apache.velocity.runtime.parser.node.ASTExpression;
import org.apache.velocity.runtime.parser.node.ASTFalse;
import org.apache.velocity.runtime.parser.node.ASTFloatingPointLiteral;
import org.apache.velocity.runtime.parser.node.ASTIdentifier;
import org.apache.velocity.runtime.parser.node.ASTIfStatement;
import org.apache.velocity.runtime.parser.node.ASTIndex;
import org.apache.velocity.runtime.parser.node.ASTIntegerLiteral;
import org.apache.velocity.runtime.parser.node.ASTIntegerRange;
import org.apache.velocity.runtime.parser.node.ASTMethod;
import org.apache.velocity.runtime.parser.node.ASTNotNode;
import org.apache.velocity.runtime.parser.node.ASTObjectArray;
import org.apache.velocity.runtime.parser.node.ASTOrNode;
import org.apache.velocity.runtime.parser.node.ASTReference;
import org.apache.velocity.runtime.parser.node.ASTSetDirective;
import org.apache.velocity.runtime.parser.node.ASTStringLiteral;
import org.apache.velocity.runtime.parser.node.ASTText;
import org.apache.velocity.runtime.parser.node.ASTTextblock;
import org.apache.velocity.runtime.parser.node.ASTTrue;
import org.apache.velocity.runtime.parser.node.ASTprocess;
import org.apache.velocity.runtime.parser.node.Node;
import org.apache.velocity.runtime.parser.node.SimpleNode;

/**
 * Goes once over a freshly parsed tree: refuses every construct that is not on the list, and puts our own nodes in the
 * place of Velocity's references and operators. What it has not understood does not run.
 */
final class Hardening {

    private static final Set<String> DIRECTIVES_REFUSED =
            Set.of("break", "stop", "define", "macro", "evaluate", "include", "parse", "end");
    private static final Set<Class<?>> EXPRESSIONS =
            Set.of(ASTExpression.class, ASTOrNode.class, ASTAndNode.class, ASTNotNode.class);
    private static final Set<Class<?>> LITERALS = Set.of(
            ASTStringLiteral.class,
            ASTIntegerLiteral.class,
            ASTFloatingPointLiteral.class,
            ASTTrue.class,
            ASTFalse.class);

    private final Part part;
    private final HtmlPlaces places = new HtmlPlaces();
    private final List<Reference> references = new ArrayList<>();

    Hardening(Part part) {
        this.part = part;
    }

    /** Checks and rewrites a tree that has not been initialised yet. */
    void apply(ASTprocess root) {
        block(root);
        if (part == Part.HTML && !places.place().equals(new HtmlPlaces().place())) {
            throw new TemplateFault("The HTML ends inside a tag, a comment or a raw element.");
        }
    }

    /** Returns the references found, which know their paths once the tree is initialised. */
    List<Reference> references() {
        return references;
    }

    private void block(Node parent) {
        for (int i = 0; i < parent.jjtGetNumChildren(); i++) {
            var node = parent.jjtGetChild(i);
            try {
                statement(parent, node, i);
            } catch (TemplateFault fault) {
                throw fault.at(node.getFirstToken().beginLine, node.getFirstToken().beginColumn);
            }
        }
    }

    private void statement(Node parent, Node node, int i) {
        if (node instanceof ASTText || node instanceof ASTTextblock) {
            places.text(source(node));
        } else if (node instanceof ASTEscape || node instanceof ASTEscapedDirective || node instanceof ASTComment) {
            // Backslashes, a directive's name as text, or nothing: no part of any markup.
            return;
        } else if (node instanceof ASTReference reference) {
            replaceReference(parent, reference, i, escape());
        } else if (node instanceof ASTSetDirective set) {
            set(set);
        } else if (node instanceof ASTIfStatement) {
            branches(node);
        } else if (node instanceof ASTDirective directive) {
            directive(directive);
        } else {
            throw refused(node);
        }
    }

    private Escape escape() {
        return switch (part) {
            case SUBJECT -> Escape.LINE;
            case TEXT -> Escape.NONE;
            case HTML -> places.value();
        };
    }

    private void set(ASTSetDirective set) {
        if (!(set.jjtGetChild(0) instanceof ASTReference target) || target.jjtGetNumChildren() != 0) {
            throw new TemplateFault("#set can set variables of the template only, not the data.");
        }
        expression(set, 1);
    }

    private void branches(Node node) {
        checkPlace();
        var start = places.place();
        HtmlPlaces.Place end = null;
        boolean otherwise = false;
        for (int i = 0; i < node.jjtGetNumChildren(); i++) {
            var child = node.jjtGetChild(i);
            if (child instanceof ASTBlock) {
                end = branch(child, start, end);
            } else if (child instanceof ASTElseStatement) {
                otherwise = true;
                end = branch(child.jjtGetChild(0), start, end);
            } else if (child instanceof ASTElseIfStatement) {
                expression(child, 0);
                end = branch(child.jjtGetChild(1), start, end);
            } else {
                expression(node, i);
            }
        }
        if (!otherwise) {
            meet(start, end);
        }
    }

    private HtmlPlaces.Place branch(Node block, HtmlPlaces.Place start, HtmlPlaces.Place end) {
        places.resume(start);
        block(block);
        checkPlace();
        meet(places.place(), end);
        return places.place();
    }

    private void meet(HtmlPlaces.Place one, HtmlPlaces.Place other) {
        if (part == Part.HTML && other != null && !sameExceptBegun(one, other)) {
            throw new TemplateFault("The branches end in different places of the HTML; close in each what it opens.");
        }
        if (other != null && other.begun()) {
            places.resume(other);
        }
    }

    private static boolean sameExceptBegun(HtmlPlaces.Place one, HtmlPlaces.Place other) {
        return one.state() == other.state()
                && one.tag().equals(other.tag())
                && one.attribute().equals(other.attribute());
    }

    private void checkPlace() {
        if (part == Part.HTML && !places.betweenWords()) {
            throw new TemplateFault("A directive cannot stand in the middle of a tag, a name or an unquoted value.");
        }
    }

    private void directive(ASTDirective directive) {
        var name = directive.getDirectiveName();
        if (name.equals("foreach")) {
            foreach(directive);
        } else if (directive.jjtGetNumChildren() > 0 || DIRECTIVES_REFUSED.contains(name)) {
            throw new TemplateFault(
                    "#" + name + " is not available; there are #set, #if, #elseif, #else, #foreach and #end.");
        } else {
            // No such directive: it prints as it stands, for instance a colour in CSS.
            places.text("#" + name);
        }
    }

    private void foreach(ASTDirective foreach) {
        int count = foreach.jjtGetNumChildren();
        if (count < 4 || !(foreach.jjtGetChild(0) instanceof ASTReference item) || item.jjtGetNumChildren() != 0) {
            throw new TemplateFault("Write #foreach($item in $list) … #end.");
        }
        checkPlace();
        var source = foreach.jjtGetChild(2);
        if (source instanceof ASTObjectArray || source instanceof ASTIntegerRange) {
            for (int i = 0; i < source.jjtGetNumChildren(); i++) {
                expression(source, i);
            }
        } else {
            expression(foreach, 2);
        }
        var start = places.place();
        for (int i = 3; i < count; i++) {
            branch(foreach.jjtGetChild(i), start, start);
        }
    }

    private void expression(Node parent, int i) {
        var node = parent.jjtGetChild(i);
        if (node instanceof ASTReference reference) {
            replaceReference(parent, reference, i, Escape.NONE);
        } else if (Operator.standsFor(node)) {
            operands(node);
            parent.jjtAddChild(new Operator((SimpleNode) node), i);
        } else if (EXPRESSIONS.contains(node.getClass())) {
            operands(node);
        } else if (!LITERALS.contains(node.getClass())) {
            throw refused(node).at(node.getFirstToken().beginLine, node.getFirstToken().beginColumn);
        }
    }

    private void operands(Node node) {
        for (int i = 0; i < node.jjtGetNumChildren(); i++) {
            expression(node, i);
        }
    }

    private void replaceReference(Node parent, ASTReference reference, int i, Escape escape) {
        for (int c = 0; c < reference.jjtGetNumChildren(); c++) {
            var child = reference.jjtGetChild(c);
            if (child instanceof ASTMethod || child instanceof ASTIndex || child instanceof ASTExpression) {
                // The first child of a call is its name.
                for (int a = child instanceof ASTMethod ? 1 : 0; a < child.jjtGetNumChildren(); a++) {
                    expression(child, a);
                }
            } else if (!(child instanceof ASTIdentifier)) {
                throw refused(child);
            }
        }
        var ours = new Reference(reference, escape);
        references.add(ours);
        parent.jjtAddChild(ours, i);
    }

    private static TemplateFault refused(Node node) {
        return new TemplateFault("'" + Texts.shorten(source(node).strip(), 40) + "' cannot be used here.");
    }

    /** Returns what the author wrote; before initialisation the tokens are all there is. */
    private static String source(Node node) {
        var text = new StringBuilder();
        for (var token = node.getFirstToken(); token != null; token = token.next) {
            text.append(token.image);
            if (token == node.getLastToken()) {
                break;
            }
        }
        return text.toString();
    }
}
