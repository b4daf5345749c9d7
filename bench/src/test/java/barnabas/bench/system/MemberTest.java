package barnabas.bench.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MemberTest {
    @Test
    void everyMemberNamesAllVoters() throws IOException {
        List<Member> members = Member.cluster(3);
        Set<Integer> ports = new HashSet<>();
        for (Member member : members) {
            ports.add(member.port());
            ports.add(member.controllerPort());
            assertThat(member.voters())
                    .isEqualTo("1@127.0.0.1:%d,2@127.0.0.1:%d,3@127.0.0.1:%d"
                            .formatted(
                                    members.get(0).controllerPort(),
                                    members.get(1).controllerPort(),
                                    members.get(2).controllerPort()));
        }
        assertThat(members).extracting(Member::id).containsExactly(1, 2, 3);
        assertThat(ports).hasSize(6);
    }
}
