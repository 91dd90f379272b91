package dev.hearth.invoker.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChainTest {
    @Test
    void behavesAsAListUnderRandomChanges() {
        Random random = new Random(7);
        Chain<String> chain = new Chain<>();
        List<String> model = new ArrayList<>();
        List<Chain.Link<String>> links = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            if (model.isEmpty() || random.nextBoolean()) {
                int at = random.nextInt(model.size() + 1);
                Chain.Link<String> link = new Chain.Link<>("n" + i);
                chain.insertAfter(at == 0 ? null : links.get(at - 1), link);
                model.add(at, "n" + i);
                links.add(at, link);
            } else {
                int at = random.nextInt(model.size());
                links.remove(at).unlink();
                model.remove(at);
            }
            assertThat(chain.copy()).isEqualTo(model);
            assertThat(chain.size()).isEqualTo(model.size());
            assertThat(chain.first()).isEqualTo(model.isEmpty() ? null : model.getFirst());
            assertThat(chain.last()).isEqualTo(model.isEmpty() ? null : model.getLast());
        }
    }

    @Test
    void refusesALinkThatIsInAChainAndToUnlinkOneThatIsNot() {
        Chain<String> chain = new Chain<>();
        Chain.Link<String> link = new Chain.Link<>("a");
        chain.addLast(link);
        assertThatThrownBy(() -> chain.addLast(link)).isInstanceOf(IllegalStateException.class);
        link.unlink();
        assertThatThrownBy(link::unlink).isInstanceOf(IllegalStateException.class);
    }
}
