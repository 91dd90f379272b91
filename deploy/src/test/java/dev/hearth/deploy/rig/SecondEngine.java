package dev.hearth.deploy.rig;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A Docker Engine in a network namespace of its own, as deploy/cluster/lib/engine.sh makes them: another host. */
public final class SecondEngine implements AutoCloseable {
    private static final Path LIBRARY = Path.of("cluster/lib/engine.sh").toAbsolutePath();
    private static final String HOME = "/tmp/hearth-it";
    private static final String BRIDGE = "hearthit0";

    private final String name;
    private final String address;

    private SecondEngine(String name, String address) {
        this.name = name;
        this.address = address;
    }

    /**
     * Brings it up.
     *
     * @param options of dockerd, separated by blanks
     */
    public static SecondEngine up(String name, String address, String options) {
        SecondEngine engine = new SecondEngine(name, address);
        engine.call("cluster_engine_down " + name);
        engine.call("CLUSTER_ENGINE_OPTIONS='" + options + "'; cluster_engine_up " + name + " " + address);
        return engine;
    }

    private List<String> call(String function) {
        return Docker.lines(
                "bash",
                "-euc",
                "export CLUSTER_HOME=" + HOME + " CLUSTER_BRIDGE=" + BRIDGE + "; . " + LIBRARY + "; " + function);
    }

    /** The machine as this host sees it. */
    public String machine() {
        return address.substring(0, address.lastIndexOf('.')) + ".1";
    }

    public String socket() {
        return "unix://" + HOME + "/" + name + "/s";
    }

    /** A command that runs in its network. */
    public List<String> inside(String... command) {
        List<String> whole = new ArrayList<>(List.of("nsenter", "--net=/run/netns/hearth-" + name, "--"));
        whole.addAll(List.of(command));
        return whole;
    }

    /** Runs the engine's command line against it and returns the lines that it prints. */
    public List<String> docker(String... arguments) {
        List<String> command = new ArrayList<>(List.of("docker", "--host", socket()));
        command.addAll(List.of(arguments));
        return Docker.lines(command.toArray(String[]::new));
    }

    @Override
    public void close() {
        call("cluster_engine_down " + name);
    }
}
