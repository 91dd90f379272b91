package dev.hearth.invoker.runtime;

import dev.hearth.invoker.docker.ContainerDirectory;

/**
 * Where a container lives on this node.
 *
 * @param node the node's id
 * @param directory the container's own directory on the host
 * @param uid the user that its processes run as
 * @param name its name at the engine when it is created
 */
record ContainerSite(String node, ContainerDirectory directory, int uid, String name) {
    /** Where the container sees its code. */
    static final String CODE_IN_CONTAINER = "/hearth/run/code";
}
