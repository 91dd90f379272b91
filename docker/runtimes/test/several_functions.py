"""The functions of several_cases and init_cases, the same in each language."""

# The event names what the function does.
ACTS = {
    "java": {
        "acts.java": """
import dev.hearth.function.Context;

Object handle(Map<String, Object> event, Context context) throws Exception {
    Object value = event.get("value");
    switch ((String) event.get("act")) {
        case "sleep" -> Thread.sleep((int) value);
        case "raise" -> throw new IllegalStateException("broken on purpose");
        case "print" -> {
            context.logger().info((String) value);
            for (int i = 0; i < 5; i++) {
                System.out.print(value);
                Thread.sleep(5);
                System.out.println(" " + i);
            }
            System.err.println("err " + value);
            System.out.print("no end");
        }
        case "thread" -> {
            Thread thread = new Thread(() -> System.out.println("from " + value));
            thread.start();
            thread.join();
        }
        case "late" -> new Thread(() -> {
            try { Thread.sleep((int) value); } catch (InterruptedException e) { return; }
            System.out.println("late");
        }).start();
        case "long" -> System.out.println("x".repeat((int) value));
        case "scratch" -> {
            Path folder = context.scratch();
            if (!folder.equals(Path.of("/tmp"))) {
                Files.createDirectory(folder.resolve("sub"));
                Files.writeString(folder.resolve("sub/file"), "text");
            }
            Thread.sleep((int) value);
            return List.of(folder.toString());
        }
        default -> {}
    }
    return value;
}
"""
    },
}
