package barnabas.conformance.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.message.CreateAclsRequestData;
import org.apache.kafka.common.message.CreateAclsResponseData;
import org.apache.kafka.common.message.DeleteAclsRequestData;
import org.apache.kafka.common.message.DeleteAclsResponseData;
import org.apache.kafka.common.message.DescribeUserScramCredentialsRequestData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.CreateAclsRequest;
import org.apache.kafka.common.requests.CreateAclsResponse;
import org.apache.kafka.common.requests.DeleteAclsRequest;
import org.apache.kafka.common.requests.DeleteAclsResponse;
import org.apache.kafka.common.requests.DescribeAclsRequest;
import org.apache.kafka.common.requests.DescribeAclsResponse;
import org.apache.kafka.common.requests.DescribeUserScramCredentialsRequest;
import org.apache.kafka.common.requests.DescribeUserScramCredentialsResponse;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.common.requests.MetadataResponse;
import org.apache.kafka.server.IntegrationTestUtils;

/// Questions to one node, on its plain listener for this, as a superuser. Each on a connection of its own, so that none
/// outlives a test.
///
/// @param port of that listener
record BrokerRequests(int port) {
    private <T extends AbstractResponse> T send(AbstractRequest request, Class<T> type) {
        try {
            AbstractResponse response = IntegrationTestUtils.connectAndReceive(request, port);
            return type.cast(response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<AclBinding> acls(AclBindingFilter filter) {
        var response = send(new DescribeAclsRequest.Builder(filter).build(), DescribeAclsResponse.class);
        Errors error = Errors.forCode(response.data().errorCode());
        if (error != Errors.NONE) throw error.exception(response.data().errorMessage());
        return DescribeAclsResponse.aclBindings(response.data().resources());
    }

    List<CreateAclsResponseData.AclCreationResult> create(List<AclBinding> acls) {
        var wanted = acls.stream().map(CreateAclsRequest::aclCreation).toList();
        var request = new CreateAclsRequest.Builder(new CreateAclsRequestData().setCreations(wanted)).build();
        return send(request, CreateAclsResponse.class).results();
    }

    List<DeleteAclsResponseData.DeleteAclsFilterResult> delete(List<AclBindingFilter> filters) {
        var wanted = filters.stream().map(DeleteAclsRequest::deleteAclsFilter).toList();
        var request = new DeleteAclsRequest.Builder(new DeleteAclsRequestData().setFilters(wanted)).build();
        return send(request, DeleteAclsResponse.class).filterResults();
    }

    /// Users with credentials, each as `MECHANISM:NAME`.
    Set<String> scramUsers() {
        var request = new DescribeUserScramCredentialsRequest.Builder(new DescribeUserScramCredentialsRequestData())
                .build();
        var found = new HashSet<String>();
        for (var user : send(request, DescribeUserScramCredentialsResponse.class).data().results()) {
            for (var each : user.credentialInfos()) found.add(each.mechanism() + ":" + user.user());
        }
        return found;
    }

    MetadataResponse metadata() {
        return send(MetadataRequest.Builder.allTopics().build(), MetadataResponse.class);
    }

    /// Topics and brokers that the node knows.
    Set<Object> names() {
        MetadataResponse known = metadata();
        var names = new HashSet<Object>(known.brokersById().keySet());
        known.topicMetadata().forEach(each -> names.add(each.topic()));
        return names;
    }

    /// Empty for a topic that is not there.
    Optional<MetadataResponse.TopicMetadata> topic(String name) {
        return topics().stream().filter(each -> each.topic().equals(name)).findFirst();
    }

    List<MetadataResponse.TopicMetadata> topics() {
        return new ArrayList<>(metadata().topicMetadata());
    }
}
