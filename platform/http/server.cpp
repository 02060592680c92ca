// SPDX-License-Identifier: Apache-2.0
#include "platform/http/server.hpp"

#include <unordered_map>

#include "base/check.hpp"
#include "platform/http/connection.hpp"
#include "platform/http/loop_impl.hpp"
#include "platform/log/log.hpp"

namespace visavis::http {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

Result<asio::ssl::context> make_tls(const TlsFiles& files) {
  asio::ssl::context context(asio::ssl::context::tls_server);
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.native_handle(),
                      SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_cipher_list(context.native_handle(), "ECDHE+AESGCM:ECDHE+CHACHA20");
  error_code ec;
  context.use_certificate_chain_file(files.certificate.string(), ec);
  if (!ec) context.use_private_key_file(files.key.string(), asio::ssl::context::pem, ec);
  if (ec || SSL_CTX_check_private_key(context.native_handle()) != 1) {
    return fail(ErrorKind::kInvalid, "tls_files",
                "The certificate " + files.certificate.string() + " and key " + files.key.string() +
                    " cannot be used together; give a PEM chain and its private key with --tls CERT,KEY.");
  }
  return context;
}

std::unexpected<Error> listen_error(const std::string& where, error_code ec) {
  if (ec == asio::error::address_in_use) {
    return fail(ErrorKind::kUnavailable, "port_taken",
                "Something already listens on " + where +
                    "; stop it or choose another with --listen IP:PORT (media has the ports from --media-port on).");
  }
  if (ec == asio::error::access_denied) {
    return fail(ErrorKind::kForbidden, "port_forbidden",
                "Listening on " + where + " needs more rights; choose a port above 1023 with --listen IP:PORT.");
  }
  return fail(ErrorKind::kUnavailable, "listen_failed",
              "Cannot listen on " + where + " (" + ec.message() + "); check --listen IP:PORT.");
}

class ServerImpl : public Server {
 public:
  ServerImpl(Loop& loop, std::shared_ptr<ServerContext> context)
      : acceptor_(loop.impl().io), retry_(loop.impl().io), context_(std::move(context)) {}

  ~ServerImpl() override {
    *alive_ = false;
    error_code ec;
    acceptor_.close(ec);
  }

  Result<void> listen() {
    const auto& config = context_->config;
    error_code ec;
    const auto address = asio::ip::make_address(config.address, ec);
    if (ec)
      return fail(ErrorKind::kInvalid, "bad_listen_address",
                  "--listen needs a literal address, not " + config.address + ".");
    const tcp::endpoint end(address, config.port);
    const std::string where = config.address + ":" + std::to_string(config.port);
    acceptor_.open(end.protocol(), ec);
    if (!ec) acceptor_.set_option(tcp::acceptor::reuse_address(true), ec);
    if (!ec) acceptor_.bind(end, ec);
    if (!ec) acceptor_.listen(1024, ec);
    if (ec) return listen_error(where, ec);
    port_ = acceptor_.local_endpoint(ec).port();
    accept();
    return {};
  }

  std::uint16_t port() const override { return port_; }
  ServerCounters counters() const override { return context_->counters; }

  void drain() override {
    context_->draining = true;
    error_code ec;
    acceptor_.close(ec);
    // A callback may end a connection and with it its own entry.
    const auto callbacks = std::vector(context_->on_drain.begin(), context_->on_drain.end());
    for (const auto& callback : callbacks) callback();
  }

 private:
  void accept() {
    acceptor_.async_accept([this, alive = alive_](error_code ec, tcp::socket socket) {
      if (!*alive || ec == asio::error::operation_aborted || !acceptor_.is_open()) return;
      if (ec) {
        // Out of descriptors or memory: the waiting connection would make accept() spin.
        retry_.expires_after(std::chrono::milliseconds(100));
        retry_.async_wait([this, alive](error_code stopped) {
          if (!stopped && *alive) accept();
        });
        return;
      }
      admit(std::move(socket));
      accept();
    });
  }

  void admit(tcp::socket socket) {
    auto& counters = context_->counters;
    error_code ec;
    const auto end = socket.remote_endpoint(ec);
    if (ec) return;
    const auto& config = context_->config;
    const auto address = network_of(end.address().to_string());
    const bool proxy = config.trusted_proxies.contains(end.address().to_string());
    auto& from_here = (*per_address_)[address];
    if (counters.connections >= config.max_connections || (from_here >= config.max_per_address && !proxy)) {
      ++counters.refused;
      if (from_here == 0) per_address_->erase(address);
      return;  // closes it: an answer would cost what the cap is to save
    }
    ++from_here;
    ++counters.accepted;
    auto stream = std::make_shared<Stream>(std::move(socket));
    asio::co_spawn(stream->executor(), serve(context_, stream),
                   [counts = per_address_, address](std::exception_ptr error) {
                     if (--(*counts)[address] == 0) counts->erase(address);
                     if (error) log_error("connection_failed", {{"what", "unexpected exception"}});
                   });
  }

  static asio::awaitable<void> serve(std::shared_ptr<ServerContext> context, std::shared_ptr<Stream> stream) {
    Connection connection(std::move(context), std::move(stream));
    co_await connection.run();
  }

  tcp::acceptor acceptor_;
  asio::steady_timer retry_;
  std::shared_ptr<ServerContext> context_;
  std::shared_ptr<std::unordered_map<std::string, std::size_t>> per_address_ =
      std::make_shared<std::unordered_map<std::string, std::size_t>>();
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  std::uint16_t port_ = 0;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::start(Loop& loop, ServerConfig config, Router router) {
  CHECK(config.now);
  auto context = std::make_shared<ServerContext>();
  if (config.tls) {
    auto tls = make_tls(*config.tls);
    if (!tls) return std::unexpected(tls.error());
    context->tls.emplace(std::move(*tls));
  }
  context->config = std::move(config);
  context->router = std::move(router);
  auto server = std::make_unique<ServerImpl>(loop, std::move(context));
  if (auto listening = server->listen(); !listening) return std::unexpected(listening.error());
  return server;
}

}  // namespace visavis::http
