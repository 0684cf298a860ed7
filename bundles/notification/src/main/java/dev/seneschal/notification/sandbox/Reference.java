package dev.seneschal.notification.sandbox;

import java.io.IOException;
import java.io.Writer;
import org.apache.velocity.context.InternalContextAdapter;
import org.apache.velocity.exception.MethodInvocationException;
import org.apache.velocity.exception.VelocityException;
import org.apache.velocity.runtime.parser.node.ASTIdentifier;
import org.apache.velocity.runtime.parser.node.ASTReference;
import org.apache.velocity.runtime.parser.node.SimpleNode;

/**
 * Stands in the tree for a reference: it knows how its value is escaped at its place, what counts as true, and says where
 * it stands when something is missing. Immutable after {@link #init}.
 */
final class Reference extends SimpleNode {

    private final ASTReference reference;
    private final Escape escape;
    private final int line;
    private final int column;

    Reference(ASTReference reference, Escape escape) {
        super(reference.getType());
        this.reference = reference;
        this.escape = escape;
        this.line = reference.getFirstToken().beginLine;
        this.column = reference.getFirstToken().beginColumn;
    }

    @Override
    public Object init(InternalContextAdapter context, Object data) {
        return reference.init(context, data);
    }

    /** Returns the dotted path of plain names this begins with, such as {@code event.data.user}; after {@link #init}. */
    String path() {
        var path = new StringBuilder(reference.getRootString());
        for (int i = 0; i < reference.jjtGetNumChildren(); i++) {
            if (!(reference.jjtGetChild(i) instanceof ASTIdentifier name)) {
                break;
            }
            path.append('.').append(name.getIdentifier());
        }
        return path.toString();
    }

    @Override
    public boolean render(InternalContextAdapter context, Writer writer) throws IOException {
        RenderContext.of(context).escape(escape);
        try {
            return reference.render(context, writer);
        } catch (RuntimeException e) {
            throw located(e);
        }
    }

    @Override
    public Object value(InternalContextAdapter context) {
        return execute(null, context);
    }

    @Override
    public Object execute(Object unused, InternalContextAdapter context) {
        try {
            return reference.value(context);
        } catch (RuntimeException e) {
            throw located(e);
        }
    }

    @Override
    public boolean evaluate(InternalContextAdapter context) {
        try {
            // By convention a non-null first argument says that the value is only tested.
            return Values.truth(reference.execute(this, context));
        } catch (RuntimeException e) {
            throw located(e);
        }
    }

    private TemplateFault located(RuntimeException e) {
        if (e instanceof TemplateFault fault) {
            return fault.at(line, column);
        }
        if (e instanceof MethodInvocationException failure && failure.getCause() instanceof TemplateFault fault) {
            return fault.at(line, column);
        }
        if (e instanceof VelocityException) {
            return new TemplateFault(null, line, column, reference.literal().strip() + " has no value.");
        }
        return new TemplateFault(null, line, column, reference.literal().strip() + " cannot be evaluated.");
    }

    @Override
    public String literal() {
        return reference.literal();
    }

    @Override
    public int getLine() {
        return line;
    }

    @Override
    public int getColumn() {
        return column;
    }
}
