package dev.hearth.gateway.usage;

import dev.hearth.common.function.FunctionName;

/**
 * Whose usage it is: a function's, or that of all others of its namespace.
 *
 * @param function its name, or {@value #OTHER}, which no function can be called
 */
record Account(String namespace, String function) {
    static final String OTHER = "_other";

    static Account of(FunctionName name) {
        return new Account(name.namespace(), name.name());
    }

    static Account others(String namespace) {
        return new Account(namespace, OTHER);
    }

    @Override
    public String toString() {
        return namespace.equals(FunctionName.DEFAULT_NAMESPACE) ? function : namespace + "/" + function;
    }
}
