package barnabas.bench.profile;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.bench.profile.StackTree.Share;
import java.util.List;
import org.junit.jupiter.api.Test;

class StackTreeTest {
    @Test
    void recursionCountsOnceInTheTotal() {
        StackTree tree = new StackTree();
        tree.add(List.of("a.A.run", "a.A.walk", "a.A.walk"), 3);
        tree.add(List.of("a.A.run", "b.B.write"), 1);
        assertThat(tree.shares())
                .containsExactly(
                        new Share("a.A.walk", 0.75, 0.75),
                        new Share("b.B.write", 0.25, 0.25),
                        new Share("a.A.run", 0, 1));
    }

    @Test
    void everyWideFrameIsDrawnWithItsShare() {
        StackTree tree = new StackTree();
        tree.add(List.of("barnabas.log.Log.append", "java.nio.Channel.write"), 9);
        tree.add(List.of("barnabas.log.Log.append"), 1);
        assertThat(FlameGraph.draw(tree, "<title>"))
                .contains("&lt;title&gt;", "barnabas.log.Log.append: 100.0%, itself 10.0%", ">Channel.write<")
                .endsWith("</svg>\n");
    }
}
