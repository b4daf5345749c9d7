package barnabas.bench.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CpusTest {
    @Test
    void kernelListsAreUnderstood() {
        assertThat(new Cpus("0-2,5").members()).containsExactly(0, 1, 2, 5);
        assertThat(new Cpus("3").members()).containsExactly(3);
        assertThat(Cpus.first().members()).hasSize(1).isSubsetOf(Cpus.all().members());
    }
}
