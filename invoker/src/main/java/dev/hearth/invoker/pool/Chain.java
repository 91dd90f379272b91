package dev.hearth.invoker.pool;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A doubly linked list whose links live in its elements, so that an element leaves it in constant time. */
final class Chain<T> {
    private @Nullable Link<T> first;
    private @Nullable Link<T> last;
    private int size;

    /** An element's place in at most one chain. */
    static final class Link<T> {
        private final T element;
        private @Nullable Chain<T> chain;
        private @Nullable Link<T> previous;
        private @Nullable Link<T> next;

        Link(T element) {
            this.element = element;
        }

        /** Leaves the chain that this link is in. */
        void unlink() {
            Chain<T> from = chain;
            if (from == null) {
                throw new IllegalStateException(element + " is in no list");
            }
            from.take(this);
        }

        @Nullable
        T previous() {
            return previous == null ? null : previous.element;
        }

        @Nullable
        T next() {
            return next == null ? null : next.element;
        }
    }

    void addLast(Link<T> link) {
        insertAfter(last, link);
    }

    /** Puts the link behind the position, or in front of all when it is null. */
    void insertAfter(@Nullable Link<T> position, Link<T> link) {
        if (link.chain != null) {
            throw new IllegalStateException(link.element + " is in a list already");
        }
        Link<T> follower = position == null ? first : position.next;
        link.chain = this;
        link.previous = position;
        link.next = follower;
        if (position == null) {
            first = link;
        } else {
            position.next = link;
        }
        if (follower == null) {
            last = link;
        } else {
            follower.previous = link;
        }
        size++;
    }

    boolean holds(Link<T> link) {
        return link.chain == this;
    }

    private void take(Link<T> link) {
        Link<T> before = link.previous;
        Link<T> after = link.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.previous = before;
        }
        link.chain = null;
        link.previous = null;
        link.next = null;
        size--;
    }

    @Nullable
    T first() {
        return first == null ? null : first.element;
    }

    @Nullable
    T last() {
        return last == null ? null : last.element;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** A copy in order, so that the chain may change while it is walked. */
    List<T> copy() {
        List<T> all = new ArrayList<>(size);
        for (Link<T> link = first; link != null; link = link.next) {
            all.add(link.element);
        }
        return all;
    }
}
