package dev.seneschal.notification.sandbox;

import java.util.Iterator;
import java.util.List;

/** A list of the data, read only; for the same reason as {@link MapValue} not a {@link List}. */
final class ListValue {

    private final List<?> elements;

    ListValue(List<?> elements) {
        this.elements = elements;
    }

    Object get(long index) {
        long from = index < 0 ? elements.size() + index : index;
        return from < 0 || from >= elements.size() ? null : Values.of(elements.get((int) from));
    }

    int size() {
        return elements.size();
    }

    Iterator<Object> iterator() {
        var each = elements.iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return each.hasNext();
            }

            @Override
            public Object next() {
                return Values.of(each.next());
            }
        };
    }
}
