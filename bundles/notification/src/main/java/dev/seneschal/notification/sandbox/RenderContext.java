package dev.seneschal.notification.sandbox;

import java.util.HashMap;
import java.util.Map;
import org.apache.velocity.app.event.EventCartridge;
import org.apache.velocity.app.event.ReferenceInsertionEventHandler;
import org.apache.velocity.context.AbstractContext;
import org.apache.velocity.context.Context;
import org.apache.velocity.context.InternalContextAdapter;
import org.apache.velocity.runtime.directive.ForeachScope;

/**
 * What one part of a template sees: the data, which never changes, and its own variables. Confined to the thread that
 * renders.
 */
final class RenderContext extends AbstractContext implements ReferenceInsertionEventHandler {

    private final Map<String, Object> data;
    private final Map<String, Object> variables = new HashMap<>();
    private final Budget budget;

    /** How the reference that is being printed is escaped; {@link Reference} sets it. */
    private Escape escape = Escape.NONE;

    RenderContext(Map<String, Object> data, Budget budget) {
        this.data = data;
        this.budget = budget;
        var cartridge = new EventCartridge();
        cartridge.addEventHandler(this);
        attachEventCartridge(cartridge);
    }

    /** Finds the context behind Velocity's adapter. */
    static RenderContext of(InternalContextAdapter adapter) {
        return (RenderContext) adapter.getInternalUserContext();
    }

    Budget budget() {
        return budget;
    }

    void escape(Escape next) {
        escape = next;
    }

    @Override
    public Object referenceInsert(Context context, String reference, Object value) {
        return value == null ? null : escape.apply(Values.text(value));
    }

    @Override
    public Object internalGet(String key) {
        var value = variables.get(key);
        return value != null ? value : Values.ofRoot(data.get(key));
    }

    @Override
    public Object internalPut(String key, Object value) {
        budget.step();
        if (data.containsKey(key)) {
            throw new TemplateFault("$" + key + " is given and cannot be set.");
        }
        if (key.equals("foreach") != (value instanceof ForeachScope) && value != null) {
            throw new TemplateFault("$foreach belongs to the loop; use another name.");
        }
        if (value instanceof String text) {
            budget.build(text.length());
        } else if (!(value == null
                || value instanceof Number
                || value instanceof Boolean
                || value instanceof MapValue
                || value instanceof ListValue
                || value instanceof ForeachScope)) {
            throw new TemplateFault("A value of this kind cannot be kept in $" + key + ".");
        }
        return variables.put(key, value);
    }

    @Override
    public boolean internalContainsKey(String key) {
        return variables.containsKey(key) || data.containsKey(key);
    }

    @Override
    public String[] internalGetKeys() {
        return variables.keySet().toArray(String[]::new);
    }

    @Override
    public Object internalRemove(String key) {
        return variables.remove(key);
    }
}
