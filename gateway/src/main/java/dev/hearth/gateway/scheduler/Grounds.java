package dev.hearth.gateway.scheduler;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The grounds of all the different needs that revisions with calls have; a change on a node touches each of them.
 *
 * <p>To make one looks at every node. So those without a user stay, the {@value #KEPT} used last: a function that is
 * called now and then does not pay for it each time.
 */
final class Grounds {
    private static final int KEPT = 32;

    private final Ground plain = new Ground(Needs.NONE);
    private final List<Ground> all = new ArrayList<>(List.of(plain));
    private final Map<Needs, Ground> byNeeds = new HashMap<>();
    private final Map<Needs, Ground> unused = new LinkedHashMap<>();
    private Node[] nodes = {};

    /** That of calls without needs. */
    Ground plain() {
        return plain;
    }

    List<Ground> all() {
        return Collections.unmodifiableList(all);
    }

    /** One more revision has these needs. */
    Ground enter(Needs needs) {
        if (needs.isNone()) {
            return plain;
        }
        unused.remove(needs);
        Ground ground = byNeeds.computeIfAbsent(needs, this::open);
        ground.users++;
        return ground;
    }

    private Ground open(Needs needs) {
        Ground opened = new Ground(needs);
        opened.number(nodes);
        all.add(opened);
        return opened;
    }

    /** A revision with these needs has no calls any more. */
    void leave(Ground ground) {
        if (ground == plain || --ground.users > 0) {
            return;
        }
        unused.put(ground.needs, ground);
        if (unused.size() > KEPT) {
            Iterator<Ground> oldest = unused.values().iterator();
            Ground forgotten = oldest.next();
            oldest.remove();
            byNeeds.remove(forgotten.needs);
            all.remove(forgotten);
        }
    }

    /** The nodes have other numbers now. */
    void number(Node[] numbered) {
        nodes = numbered;
        all.forEach(ground -> ground.number(numbered));
    }

    /** The node told what it has. */
    void judge(Node node) {
        all.forEach(ground -> ground.judge(node));
    }

    /** Calls came to the node or left it, or its room is another. */
    void refresh(Node node) {
        for (Ground ground : all) {
            ground.refresh(node, node.reserved);
        }
    }

    /** The same, but as the call sees it for which the node is reserved. */
    void unreserved(Node node) {
        for (Ground ground : all) {
            ground.refresh(node, null);
        }
    }

    /** What no node has that such calls need, as a sentence; empty when one takes calls and has it. */
    String lack(Needs needs) {
        Ground ground = enter(needs);
        String sentence = ground.lack(nodes);
        leave(ground);
        return sentence;
    }
}
