# Brokers that encrypt and ask who a client is, and what clients need for them. To be sourced after lib.sh.
# shellcheck shell=bash
#
# start_secured SECURITY DIR starts a broker with its data in DIR/data, the user or certificate `conformance`, and ACLs that give it every
# right; it sets $bootstrap and $broker_pid, and for the clients' programs:
#   SECURITY             sasl_ssl (SCRAM-SHA-512), mtls (a client's certificate), plain (PLAIN over TLS) or oauthbearer (tokens of a service)
#   SECURITY_PROPERTIES  a file of settings for clients that take those of Kafka
#   SECURITY_CA          the authority's certificate, PEM; SECURITY_CERTIFICATE and SECURITY_KEY with mtls
#   SECURITY_USER, SECURITY_PASSWORD   with sasl_ssl and plain
#   SECURITY_TOKEN_SECONDS             lifetime of a token, with oauthbearer; the service's process is $tokens_pid
connected_user=conformance
tokens_pid=''

start_secured() {
  SECURITY=$1
  local dir=$2
  export SECURITY SECURITY_PROPERTIES=$dir/client.properties SECURITY_CA=$dir/ca.pem
  case "$SECURITY" in
    sasl_ssl) scram "$dir" ;;
    mtls) mutual_tls "$dir" ;;
    plain) passwords "$dir" ;;
    oauthbearer) tokens "$dir" ;;
    *) fail "--security is sasl_ssl, mtls, plain or oauthbearer, not $SECURITY" ;;
  esac
}

scram() {
  local dir=$1 admin=$1/data.secrets/admin.properties
  start_broker 0 "$dir/data" --secure
  "$barnabas" user add "$connected_user" --out "$SECURITY_PROPERTIES" --config "$admin" >&2
  allow_all "$connected_user" "$admin"
  cp "$dir/data.secrets/ca.pem" "$SECURITY_CA"
  SECURITY_USER=$connected_user
  SECURITY_PASSWORD=$(sed -n 's/^sasl.jaas.config=.* password="\([^"]*\)";$/\1/p' "$SECURITY_PROPERTIES")
  [ -n "$SECURITY_PASSWORD" ] || fail "no password in $SECURITY_PROPERTIES"
  export SECURITY_USER SECURITY_PASSWORD
}

mutual_tls() {
  local dir=$1
  authority "$dir"
  certificate "$dir" admin "/CN=admin" "DNS:admin"
  certificate "$dir" client "/O=Barnabas/CN=$connected_user" "DNS:client"
  start_with "$dir" SSL --set ssl.client.auth=required --set ssl.truststore.type=PEM --set "ssl.truststore.location=$dir/ca.pem" \
    --set 'ssl.principal.mapping.rules=RULE:^.*CN=([a-z]+).*$/$1/,DEFAULT'
  key_settings "$dir" admin >"$dir/admin.properties"
  key_settings "$dir" client >"$SECURITY_PROPERTIES"
  export SECURITY_CERTIFICATE=$dir/client.pem SECURITY_KEY=$dir/client.key
  allow_all "$connected_user" "$dir/admin.properties"
}

key_settings() {
  trust_settings "$1" SSL
  cat "$1/$2.key" "$1/$2.pem" >"$1/$2-with-key.pem"
  printf '%s\n' ssl.keystore.type=PEM "ssl.keystore.location=$1/$2-with-key.pem"
}

passwords() {
  local dir=$1 module=org.apache.kafka.common.security.plain.PlainLoginModule name
  authority "$dir"
  start_with "$dir" SASL_SSL --set sasl.enabled.mechanisms=PLAIN \
    --set "listener.name.clients.plain.sasl.jaas.config=$module required user_admin=\"admin\" user_$connected_user=\"a pass,word\";"
  for name in admin "$connected_user"; do
    {
      trust_settings "$dir" SASL_SSL
      echo sasl.mechanism=PLAIN
      [ "$name" = admin ] && echo "sasl.jaas.config=$module required username=\"admin\" password=\"admin\";" \
        || echo "sasl.jaas.config=$module required username=\"$name\" password=\"a pass,word\";"
    } >"$dir/$name.properties"
  done
  cp "$dir/$connected_user.properties" "$SECURITY_PROPERTIES"
  export SECURITY_USER=$connected_user SECURITY_PASSWORD='a pass,word'
  allow_all "$connected_user" "$dir/admin.properties"
}

# Tokens of a service of its own, over HTTPS. The user admin, who allows, logs in by PLAIN: the commands of Barnabas take no tokens.
tokens() {
  local dir=$1 module=org.apache.kafka.common.security.plain.PlainLoginModule java_home url
  local oauth=org.apache.kafka.common.security.oauthbearer
  authority "$dir"
  certificate "$dir" tokens /CN=tokens 'DNS:localhost'
  openssl pkcs12 -export -inkey "$dir/tokens.key" -in "$dir/tokens.pem" -out "$dir/tokens.p12" -passout pass:tokens || fail 'openssl made no key store'
  java_home=$("$repository/bin/find-java")
  "$java_home/bin/keytool" -importcert -noprompt -alias ca -file "$dir/ca.pem" -keystore "$dir/trusted.p12" -storepass tokens >/dev/null 2>&1
  export SECURITY_TOKEN_SECONDS=15
  : >"$dir/tokens.out"
  "$java_home/bin/java" "$clients/token-service/TokenService.java" "$dir/tokens.p12" tokens "$SECURITY_TOKEN_SECONDS" >"$dir/tokens.out" 2>&1 &
  tokens_pid=$!
  for _ in $(seq 300); do
    url=$(head -n 1 "$dir/tokens.out")
    [ -z "$url" ] || break
    sleep 0.1
  done
  case "$url" in https://*) ;; *) fail "the token service did not start: $url" ;; esac
  # For broker and clients: Kafka's list of addresses that keys and tokens may come from, and the authority of the service.
  export JDK_JAVA_OPTIONS="-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=$url/keys,$url/token -Djavax.net.ssl.trustStore=$dir/trusted.p12 -Djavax.net.ssl.trustStorePassword=tokens"
  start_with "$dir" SASL_SSL --set sasl.enabled.mechanisms=OAUTHBEARER,PLAIN \
    --set "listener.name.clients.plain.sasl.jaas.config=$module required user_admin=\"admin\";" \
    --set "sasl.oauthbearer.jwks.endpoint.url=$url/keys" --set sasl.oauthbearer.expected.audience=barnabas \
    --set sasl.oauthbearer.expected.issuer=https://tokens.conformance --set sasl.oauthbearer.clock.skew.seconds=1
  {
    trust_settings "$dir" SASL_SSL
    printf '%s\n' sasl.mechanism=PLAIN "sasl.jaas.config=$module required username=\"admin\" password=\"admin\";"
  } >"$dir/admin.properties"
  {
    trust_settings "$dir" SASL_SSL
    printf '%s\n' sasl.mechanism=OAUTHBEARER "sasl.oauthbearer.token.endpoint.url=$url/token" \
      "sasl.login.callback.handler.class=$oauth.OAuthBearerLoginCallbackHandler" \
      "sasl.jaas.config=$oauth.OAuthBearerLoginModule required clientId=\"$connected_user\" clientSecret=\"a secret of the client\" scope=\"kafka\";"
  } >"$SECURITY_PROPERTIES"
  allow_all "$connected_user" "$dir/admin.properties"
}

stop_tokens() {
  [ -z "$tokens_pid" ] || kill "$tokens_pid" 2>/dev/null || true
}

# start_with DIR PROTOCOL [OPTION]...: a broker with one listener, CLIENTS, a certificate for this machine and the authorizer.
start_with() {
  local dir=$1 protocol=$2
  shift 2
  certificate "$dir" broker /CN=broker 'DNS:localhost,IP:127.0.0.1'
  cat "$dir/broker.key" "$dir/broker.pem" >"$dir/broker-with-key.pem"
  start_broker 0 "$dir/data" --set listeners=CLIENTS://127.0.0.1:0 --set "listener.security.protocol.map=CLIENTS:$protocol" \
    --set inter.broker.listener.name=CLIENTS --set ssl.keystore.type=PEM --set "ssl.keystore.location=$dir/broker-with-key.pem" \
    --set authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer --set super.users=User:admin "$@"
}

trust_settings() {
  printf '%s\n' "bootstrap.servers=$bootstrap" "security.protocol=$2" ssl.truststore.type=PEM "ssl.truststore.location=$1/ca.pem"
}

allow_all() {
  "$barnabas" acl allow "$1" all --topic '*' --group '*' --transactional-id '*' --cluster --config "$2" >&2
}

# authority DIR: a certificate authority, DIR/ca.key and DIR/ca.pem.
authority() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=Conformance authority" \
    -keyout "$1/ca.key" -out "$1/ca.pem" 2>/dev/null || fail 'openssl made no authority'
}

# certificate DIR NAME SUBJECT ALTERNATIVE_NAMES: DIR/NAME.key (PKCS#8) and DIR/NAME.pem, signed by the authority of DIR.
certificate() {
  local dir=$1 name=$2
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "$3" -keyout "$dir/$name.key" -out "$dir/$name.csr" 2>/dev/null \
    && openssl x509 -req -in "$dir/$name.csr" -CA "$dir/ca.pem" -CAkey "$dir/ca.key" -CAcreateserial -days 2 \
      -extfile <(echo "subjectAltName=$4") -out "$dir/$name.pem" 2>/dev/null || fail "openssl made no certificate for $name"
}
