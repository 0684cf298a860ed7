package dev.seneschal.notification.workflow;

import dev.seneschal.notification.workflow.Conditions.ConditionFault;
import io.github.jamsesso.jsonlogic.ast.JsonLogicNode;
import io.github.jamsesso.jsonlogic.evaluator.JsonLogicEvaluationException;
import io.github.jamsesso.jsonlogic.evaluator.JsonLogicEvaluator;
import io.github.jamsesso.jsonlogic.evaluator.JsonLogicExpression;
import io.github.jamsesso.jsonlogic.evaluator.expressions.AllExpression;
import io.github.jamsesso.jsonlogic.evaluator.expressions.ArrayHasExpression;
import io.github.jamsesso.jsonlogic.evaluator.expressions.ConcatenateExpression;
import io.github.jamsesso.jsonlogic.evaluator.expressions.EqualityExpression;
import io.github.jamsesso.jsonlogic.evaluator.expressions.FilterExpression;
import io.github.jamsesso.jsonlogic.evaluator.expressions.IfExpression;
import io.github.jamsesso.jsonlogic.evaluator.expressions.InExpression;
import io.github.jamsesso.jsonlogic.evaluator.expressions.InequalityExpression;
import io.github.jamsesso.jsonlogic.evaluator.expressions.LogicExpression;
import io.github.jamsesso.jsonlogic.evaluator.expressions.MapExpression;
import io.github.jamsesso.jsonlogic.evaluator.expressions.MathExpression;
import io.github.jamsesso.jsonlogic.evaluator.expressions.MergeExpression;
import io.github.jamsesso.jsonlogic.evaluator.expressions.MissingExpression;
import io.github.jamsesso.jsonlogic.evaluator.expressions.NotExpression;
import io.github.jamsesso.jsonlogic.evaluator.expressions.NumericComparisonExpression;
import io.github.jamsesso.jsonlogic.evaluator.expressions.StrictEqualityExpression;
import io.github.jamsesso.jsonlogic.evaluator.expressions.StrictInequalityExpression;
import io.github.jamsesso.jsonlogic.evaluator.expressions.SubstringExpression;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Evaluates one condition on one event within a budget of steps and of sizes. Use once; confined to one thread. */
final class BoundedEvaluator extends JsonLogicEvaluator {

    static final Map<String, JsonLogicExpression> OPERATIONS = Stream.of(
                    MathExpression.ADD,
                    MathExpression.SUBTRACT,
                    MathExpression.MULTIPLY,
                    MathExpression.DIVIDE,
                    MathExpression.MODULO,
                    MathExpression.MIN,
                    MathExpression.MAX,
                    NumericComparisonExpression.GT,
                    NumericComparisonExpression.GTE,
                    NumericComparisonExpression.LT,
                    NumericComparisonExpression.LTE,
                    IfExpression.IF,
                    IfExpression.TERNARY,
                    EqualityExpression.INSTANCE,
                    InequalityExpression.INSTANCE,
                    StrictEqualityExpression.INSTANCE,
                    StrictInequalityExpression.INSTANCE,
                    NotExpression.SINGLE,
                    NotExpression.DOUBLE,
                    LogicExpression.AND,
                    LogicExpression.OR,
                    MapExpression.INSTANCE,
                    FilterExpression.INSTANCE,
                    AllExpression.INSTANCE,
                    ArrayHasExpression.SOME,
                    ArrayHasExpression.NONE,
                    MergeExpression.INSTANCE,
                    InExpression.INSTANCE,
                    ConcatenateExpression.INSTANCE,
                    SubstringExpression.INSTANCE,
                    MissingExpression.ALL,
                    MissingExpression.SOME)
            .collect(Collectors.toUnmodifiableMap(JsonLogicExpression::key, Function.identity()));

    private static final int STEPS = 20_000;
    private static final int LONGEST = 100_000;

    private int steps;

    BoundedEvaluator() {
        super(OPERATIONS);
    }

    @Override
    public Object evaluate(JsonLogicNode node, Object data, String path) throws JsonLogicEvaluationException {
        if (++steps > STEPS) {
            throw new ConditionFault("The conditions take more than " + STEPS + " steps on this event.");
        }
        var value = super.evaluate(node, data, path);
        if ((value instanceof String text && text.length() > LONGEST)
                || (value instanceof List<?> list && list.size() > LONGEST)) {
            throw new ConditionFault("The conditions build a value of more than " + LONGEST + " elements.");
        }
        return value;
    }
}
