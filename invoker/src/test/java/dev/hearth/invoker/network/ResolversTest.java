package dev.hearth.invoker.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.function.Ipv4Block;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ResolversTest {
    @Test
    void takesTheMachinesNameServersButForThoseOnItself() {
        String file = """
                # made by hand
                search example
                nameserver 127.0.0.53
                nameserver 192.0.2.2
                nameserver ::1
                nameserver 10.0.0.53
                nameserver   203.0.113.53
                """;
        assertThat(Resolvers.of(file, address -> !address.equals("192.0.2.2")))
                .containsExactly(Ipv4Block.parse("10.0.0.53"), Ipv4Block.parse("203.0.113.53"));
    }

    @Test
    void writesThemForTheCLibrary() {
        assertThat(Resolvers.file(List.of(Ipv4Block.parse("10.0.0.53")))).endsWith("\nnameserver 10.0.0.53\n");
    }
}
