package dev.seneschal.notification.sandbox;

import java.util.Map;
import java.util.Objects;
import org.apache.velocity.context.InternalContextAdapter;
import org.apache.velocity.runtime.parser.node.ASTAddNode;
import org.apache.velocity.runtime.parser.node.ASTDivNode;
import org.apache.velocity.runtime.parser.node.ASTEQNode;
import org.apache.velocity.runtime.parser.node.ASTGENode;
import org.apache.velocity.runtime.parser.node.ASTGTNode;
import org.apache.velocity.runtime.parser.node.ASTLENode;
import org.apache.velocity.runtime.parser.node.ASTLTNode;
import org.apache.velocity.runtime.parser.node.ASTModNode;
import org.apache.velocity.runtime.parser.node.ASTMulNode;
import org.apache.velocity.runtime.parser.node.ASTNENode;
import org.apache.velocity.runtime.parser.node.ASTNegateNode;
import org.apache.velocity.runtime.parser.node.ASTSubtractNode;
import org.apache.velocity.runtime.parser.node.Node;
import org.apache.velocity.runtime.parser.node.SimpleNode;

/**
 * Stands in the tree for arithmetic and comparison. Velocity's own turns any text that looks like a number into a
 * {@code BigDecimal}, which data such as {@code 1e999999999} makes as large as the heap; here numbers are 64 bits wide and
 * text joins within the budget.
 */
final class Operator extends SimpleNode {

    private static final Map<Class<?>, Kind> KINDS = Map.ofEntries(
            Map.entry(ASTAddNode.class, Kind.ADD),
            Map.entry(ASTSubtractNode.class, Kind.SUBTRACT),
            Map.entry(ASTMulNode.class, Kind.MULTIPLY),
            Map.entry(ASTDivNode.class, Kind.DIVIDE),
            Map.entry(ASTModNode.class, Kind.MODULO),
            Map.entry(ASTNegateNode.class, Kind.NEGATE),
            Map.entry(ASTEQNode.class, Kind.EQUAL),
            Map.entry(ASTNENode.class, Kind.NOT_EQUAL),
            Map.entry(ASTGTNode.class, Kind.GREATER),
            Map.entry(ASTGENode.class, Kind.AT_LEAST),
            Map.entry(ASTLTNode.class, Kind.LESS),
            Map.entry(ASTLENode.class, Kind.AT_MOST));

    private enum Kind {
        ADD,
        SUBTRACT,
        MULTIPLY,
        DIVIDE,
        MODULO,
        NEGATE,
        EQUAL,
        NOT_EQUAL,
        GREATER,
        AT_LEAST,
        LESS,
        AT_MOST
    }

    private final Kind kind;
    private final SimpleNode original;
    private final int line;
    private final int column;

    Operator(SimpleNode original) {
        super(original.getType());
        this.kind = KINDS.get(original.getClass());
        this.original = original;
        this.line = original.getFirstToken().beginLine;
        this.column = original.getFirstToken().beginColumn;
    }

    /** Returns whether the node is one that this class stands for. */
    static boolean standsFor(Node node) {
        return KINDS.containsKey(node.getClass());
    }

    @Override
    public Object init(InternalContextAdapter context, Object data) {
        return original.init(context, data);
    }

    @Override
    public boolean evaluate(InternalContextAdapter context) {
        return Values.truth(value(context));
    }

    @Override
    public Object value(InternalContextAdapter context) {
        var left = original.jjtGetChild(0).value(context);
        if (kind == Kind.NEGATE) {
            return arithmetic(Kind.SUBTRACT, 0L, left);
        }
        var right = original.jjtGetChild(1).value(context);
        return switch (kind) {
            case EQUAL -> equal(left, right);
            case NOT_EQUAL -> !equal(left, right);
            case GREATER -> compare(left, right) > 0;
            case AT_LEAST -> compare(left, right) >= 0;
            case LESS -> compare(left, right) < 0;
            case AT_MOST -> compare(left, right) <= 0;
            case ADD ->
                left instanceof String || right instanceof String
                        ? join(left, right, RenderContext.of(context).budget())
                        : arithmetic(kind, left, right);
            default -> arithmetic(kind, left, right);
        };
    }

    private static String join(Object left, Object right, Budget budget) {
        var first = left == null ? "" : Values.text(left);
        var second = right == null ? "" : Values.text(right);
        budget.build((long) first.length() + second.length());
        return first.concat(second);
    }

    private static boolean equal(Object left, Object right) {
        if (left instanceof Number first && right instanceof Number second) {
            return first.doubleValue() == second.doubleValue();
        }
        // A number and its text are equal, as data often carries one for the other.
        if (left instanceof Number number && right instanceof String text) {
            return Values.text(number).equals(text);
        }
        if (left instanceof String text && right instanceof Number number) {
            return Values.text(number).equals(text);
        }
        return Objects.equals(left, right);
    }

    private int compare(Object left, Object right) {
        if (left instanceof Number first && right instanceof Number second) {
            return Double.compare(first.doubleValue(), second.doubleValue());
        }
        if (left instanceof String first && right instanceof String second) {
            return first.compareTo(second);
        }
        throw fault("Only two numbers or two texts can be compared.");
    }

    private Number arithmetic(Kind how, Object left, Object right) {
        if (!(left instanceof Number first) || !(right instanceof Number second)) {
            throw fault("Arithmetic needs numbers on both sides.");
        }
        if (first instanceof Double || second instanceof Double) {
            return inDoubles(how, first.doubleValue(), second.doubleValue());
        }
        long a = first.longValue();
        long b = second.longValue();
        if ((how == Kind.DIVIDE || how == Kind.MODULO) && b == 0) {
            throw fault("Division by zero.");
        }
        try {
            return switch (how) {
                case ADD -> Math.addExact(a, b);
                case SUBTRACT -> Math.subtractExact(a, b);
                case MULTIPLY -> Math.multiplyExact(a, b);
                case DIVIDE -> a / b;
                default -> a % b;
            };
        } catch (ArithmeticException e) {
            throw fault("The result does not fit 64 bits.");
        }
    }

    private static Double inDoubles(Kind how, double a, double b) {
        return switch (how) {
            case ADD -> a + b;
            case SUBTRACT -> a - b;
            case MULTIPLY -> a * b;
            case DIVIDE -> a / b;
            default -> a % b;
        };
    }

    private TemplateFault fault(String message) {
        return new TemplateFault(null, line, column, message);
    }

    @Override
    public String literal() {
        return original.literal();
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
