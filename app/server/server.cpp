// SPDX-License-Identifier: Apache-2.0
#include "app/server/server.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <thread>

#include "app/secrets.hpp"
#include "app/server/bots.hpp"
#include "app/server/pages.hpp"
#include "center/api/qr.hpp"
#include "center/api/rest.hpp"
#include "center/api/service.hpp"
#include "center/api/ws_session.hpp"
#include "center/audit/chain.hpp"
#include "center/schema/schema.hpp"
#include "center/store/demo.hpp"
#include "center/store/erasure.hpp"
#include "center/store/event_store.hpp"
#include "media/worker/start.hpp"
#include "platform/http/server.hpp"
#include "platform/log/log.hpp"

namespace visavis::app {
namespace {

using center::Center;
using center::Directory;

constexpr Millis kDrainTime{3'000};
constexpr std::size_t kMostSignIns = 64;  // waiting at once; more are told to try again
constexpr Millis kNoteHeadsEvery = std::chrono::hours{24};

UtcMillis wall_clock() {
  return {std::chrono::duration_cast<Millis>(std::chrono::system_clock::now().time_since_epoch()).count()};
}

/// Everything that lives as long as the server, in the order it is made; ended in the opposite order.
class Program {
 public:
  explicit Program(const platform::Config& config) : config_(config) {}
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  /// A start that was refused may leave helpers at work with what goes before the loop, the database above all.
  ~Program() { loop_.join_helpers(); }
  Result<void> open_storage();
  Result<void> open_media();
  Result<void> open_center();
  Result<void> open_door();
  void run();
  /// What takes away again what this start has made on the disk; to be called once the program is gone.
  std::function<void()> undoing() const;
  void show_what_stays() const;

 private:
  void announce() const;
  /// What the store knows of contacts. Blocks; on any thread.
  struct State {
    std::unique_ptr<Center> center;
    center::CommandBook book;
    center::ContactTokens tokens;
    center::LinkBook links;
  };
  Result<State> read_state() const;
  Result<std::unique_ptr<Center>> read_center() const;
  /// Replaces what is known by `state`; its contact centre.
  std::unique_ptr<Center> take_over(State state);
  void reload(center::Control::Ports::Reloaded done);
  bool may_measure(const http::Request& request) const;
  center::ServicePorts ports();
  /// Contacts that were closed before are not known after a start.
  struct Memory {
    UtcMillis closed_after, unanswered_after;
  };
  Memory memory(UtcMillis now) const { return {now - timings().keep_closed, now - timings().keep_unanswered}; }
  center::Timings timings() const { return {.ring = Seconds{config_.ring_s}, .grace = Seconds{config_.grace_s}}; }
  Result<std::optional<http::TlsFiles>> tls_files();
  std::string address_for_people() const;
  void show_new_key() const;
  /// By other machines of the network.
  bool reachable() const;
  std::string scheme() const { return config_.tls.mode == platform::Tls::Mode::kOff ? "http://" : "https://"; }
  void stop();
  void note_audit_heads();

  const platform::Config& config_;
  const http::TrustedProxies metrics_from_{config_.metrics_from};
  http::Loop loop_;
  std::optional<platform::DataFolder> data_;
  std::shared_ptr<platform::DataFolder::Lock> lock_;
  std::optional<platform::FileStore> files_;
  std::unique_ptr<platform::Database> database_;
  std::unique_ptr<gateway::MediaService> media_;
  std::unique_ptr<platform::TaskThread> tasks_;
  std::unique_ptr<platform::TaskThread> passwords_;  // apart: a hash takes 0.1 s, and nobody else should wait for it
  std::unique_ptr<platform::TaskThread> reading_;    // apart: a database that hangs has filled the others
  std::unique_ptr<center::Committer> committer_;
  std::unique_ptr<center::Sessions> sessions_;
  center::CommandBook book_;
  center::ContactTokens tokens_;
  center::LinkBook links_;
  std::string media_key_;
  std::optional<std::string> new_api_key_;
  std::unique_ptr<Bots> bots_;
  std::unique_ptr<center::Service> service_;
  std::unique_ptr<http::Server> door_;
  bool stopping_ = false;
};

Result<void> Program::open_storage() {
  auto data = platform::DataFolder::open(config_.data);
  if (!data) return std::unexpected(data.error());
  data_ = std::move(*data);
  auto lock = data_->lock();
  if (!lock) return std::unexpected(lock.error());
  lock_ = std::move(*lock);
  if (const auto alone = data_->check_database(config_.database); !alone) return alone;
  auto database = platform::Database::open({.url = config_.database_url()});
  if (!database) return std::unexpected(database.error());
  database_ = std::move(*database);
  if (const auto migrated = center::migrate_schema(*database_, wall_clock()); !migrated)
    return std::unexpected(migrated.error());
  if (const auto known = data_->remember_database(config_.database); !known) return known;
  if (config_.demo) {
    auto seeded = center::seed_demo(*database_, wall_clock());
    if (!seeded) return std::unexpected(seeded.error());
    new_api_key_ = std::move(*seeded);
  }
  files_.emplace(*data_);
  if (const auto pieces = files_->remove_partial(); pieces != 0)
    log_warning("partial_files_removed", {{"files", pieces}});
  return {};
}

Result<void> Program::open_media() {
  gateway::MediaConfig media;
  media.advertised_ips = config_.media_ips.empty() ? http::local_addresses() : config_.media_ips;
  media.port = config_.media_port;
  // Where the web door answers on the addresses that media are offered on.
  const bool any = config_.listen_address == "0.0.0.0" || config_.listen_address == "::";
  if (any || media.advertised_ips == std::vector{config_.listen_address}) media.web_port = config_.listen_port;
  media.workers =
      config_.media_workers != 0 ? config_.media_workers : std::max(1U, std::thread::hardware_concurrency());
  auto started = media::start_media(media);
  if (!started) return std::unexpected(started.error());
  media_ = std::move(*started);
  return {};
}

Result<std::unique_ptr<Center>> Program::read_center() const {
  const auto since = memory(wall_clock());
  const auto events = center::load_events(*database_, since.closed_after, since.unanswered_after);
  if (!events) return std::unexpected(events.error());
  auto directory = Directory::read(*database_);
  if (!directory) return std::unexpected(directory.error());
  auto state = std::make_unique<Center>();
  for (const auto& settings : directory->tenants)
    state->configure(center::to_config(settings, directory->users, timings()));
  for (const auto& event : *events) state->apply(event);
  const auto given_up = database_->read([&](platform::DbSession& db) {
    return center::given_up(db, since.closed_after, since.unanswered_after, timings().short_abandon);
  });
  if (!given_up) return std::unexpected(given_up.error());
  for (const auto& g : *given_up) state->count_abandoned(g.tenant_id, g.at, g.contacts);
  return state;
}

Result<Program::State> Program::read_state() const {
  const auto now = wall_clock();
  const auto since = memory(now);
  State state;
  if (auto r = state.book.load(*database_, now - Millis{center::kCommandMemory}); !r) return std::unexpected(r.error());
  if (auto r = state.links.load(*database_, now); !r) return std::unexpected(r.error());
  if (auto r = state.tokens.load(*database_, since.closed_after, since.unanswered_after); !r)
    return std::unexpected(r.error());
  auto read = read_center();
  if (!read) return std::unexpected(read.error());
  state.center = std::move(*read);
  return state;
}

std::unique_ptr<Center> Program::take_over(State state) {
  book_ = std::move(state.book);
  tokens_ = std::move(state.tokens);
  links_ = std::move(state.links);
  return std::move(state.center);
}

void Program::reload(center::Control::Ports::Reloaded done) {
  const bool queued = reading_->post([this, done] {
    auto state = std::make_shared<Result<State>>(read_state());
    loop_.post([this, done, state] {
      using Read = Result<std::unique_ptr<Center>>;
      done(*state ? Read(take_over(std::move(**state))) : Read(std::unexpected(state->error())));
    });
  });
  if (!queued) done(fail(ErrorKind::kUnavailable, "busy", "The state is being read already."));
}

/// A proxy that is not named as one looks like a neighbour, whoever is behind it.
bool Program::may_measure(const http::Request& request) const {
  return request.peer_exact && metrics_from_.contains(request.peer);
}

center::ServicePorts Program::ports() {
  center::ServicePorts out;
  out.loop = &loop_;
  out.database = database_.get();
  out.tasks = tasks_.get();
  out.committer = committer_.get();
  out.book = &book_;
  out.sessions = sessions_.get();
  out.tokens = &tokens_;
  out.links = &links_;
  out.media = media_.get();
  out.files = &*files_;
  out.now = wall_clock;
  out.stored = center::to_stored;
  out.reload = [this](center::Control::Ports::Reloaded done) { reload(std::move(done)); };
  out.start_bot = [this](const std::string& token) { return bots_ && bots_->start(token); };
  out.may_measure = [this](const http::Request& request) { return may_measure(request); };
  out.http_counters = [this] { return door_ ? door_->counters() : http::ServerCounters{}; };
  out.timings = timings();
  out.media_key = media_key_;
  out.public_url = config_.public_url;
  out.network_url = [this] { return reachable() && door_ ? address_for_people() : std::string{}; };
  out.version = VISAVIS_VERSION;
  return out;
}

Result<void> Program::open_center() {
  auto head_key = data_->secret(kAuditHeadSecret);
  if (!head_key) return std::unexpected(head_key.error());
  auto media_key = data_->secret(kMediaTokenSecret);
  if (!media_key) return std::unexpected(media_key.error());
  media_key_ = std::move(*media_key);
  const auto home = [this](std::function<void()> work) { loop_.post(std::move(work)); };
  tasks_ = std::make_unique<platform::TaskThread>("tasks");
  reading_ = std::make_unique<platform::TaskThread>("reading");
  passwords_ = std::make_unique<platform::TaskThread>("passwords", kMostSignIns);
  committer_ = std::make_unique<center::Committer>(*database_, *head_key, home);
  sessions_ = std::make_unique<center::Sessions>(*database_, *passwords_, home);
  if (auto loaded = sessions_->load(wall_clock()); !loaded) return loaded;
  auto state = read_state();
  if (!state) return std::unexpected(state.error());
  auto directory = Directory::read(*database_);
  if (!directory) return std::unexpected(directory.error());
  service_ = std::make_unique<center::Service>(ports(), std::move(*directory), take_over(std::move(*state)));
  return {};
}

Result<std::optional<http::TlsFiles>> Program::tls_files() {
  switch (config_.tls.mode) {
    case platform::Tls::Mode::kOff:
      return std::nullopt;
    case platform::Tls::Mode::kFiles:
      return http::TlsFiles{config_.tls.certificate, config_.tls.key};
    case platform::Tls::Mode::kSelfSigned:
      break;
  }
  auto names = http::local_addresses();
  names.emplace_back("localhost");
  for (const auto& ip : config_.media_ips) names.push_back(ip);
  std::ranges::sort(names);
  names.erase(std::ranges::unique(names).begin(), names.end());
  auto files = http::ensure_self_signed(data_->tls(), names, wall_clock());
  if (!files) return std::unexpected(files.error());
  return *files;
}

Result<void> Program::open_door() {
  http::ServerConfig door;
  door.address = config_.listen_address;
  door.port = config_.listen_port;
  door.now = wall_clock;
  door.trusted_proxies = http::TrustedProxies(config_.trusted_proxies);
  auto tls = tls_files();
  if (!tls) return std::unexpected(tls.error());
  door.tls = std::move(*tls);
  door.on_other_protocol = [this](int fd) { media_->take_connection(fd); };
  door.other_protocol_wants = [this](std::span<const std::uint8_t> start) { return media_->connection_wants(start); };
  door.hsts = config_.tls.mode == platform::Tls::Mode::kFiles;
  door.cors_origin = [this](std::string_view origin) { return service_->directory().allows_origin(origin); };
  door.nothing_here = nothing_here;
  http::Router router;
  center::rest::add_all(router, *service_);
  center::add_websocket(router, *service_);
  const auto web = find_web(config_.web);
  if (!web) return std::unexpected(web.error());
  const auto missing = mount_pages(router, *web, service_->directory());
  if (!missing.empty()) {
    log_warning(
        "pages_missing",
        {{"parts", missing}, {"folder", web->string()}, {"fix", "make build, or name their folder with --web"}});
  }
  auto started = http::Server::start(loop_, std::move(door), std::move(router));
  if (!started) return std::unexpected(started.error());
  door_ = std::move(*started);
  const bool v6 = config_.listen_address.find(':') != std::string::npos;
  const bool any = config_.listen_address == "0.0.0.0" || config_.listen_address == "::";
  const std::string near = any  ? (v6 ? "[::1]" : "127.0.0.1")
                           : v6 ? "[" + config_.listen_address + "]"
                                : config_.listen_address;
  bots_ = std::make_unique<Bots>(scheme() + near + ":" + std::to_string(door_->port()));
  return {};
}

std::string Program::address_for_people() const {
  if (!config_.public_url.empty()) return config_.public_url;
  auto host = config_.listen_address;
  if (host == "0.0.0.0" || host == "::") {
    const auto addresses = http::local_addresses();
    if (!addresses.empty()) host = addresses.front();
  }
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  return scheme() + host + ":" + std::to_string(door_->port());
}

bool Program::reachable() const {
  if (!config_.public_url.empty()) return true;
  return !config_.listen_address.starts_with("127.") && config_.listen_address != "::1";
}

void Program::show_new_key() const {
  if (new_api_key_) std::cout << "API key        " << *new_api_key_ << "  (shown this once)" << std::endl;
}

void Program::announce() const {
  const auto url = address_for_people();
  std::cout << "customer page  " << url << "/\n"
            << "agent console  " << url << "/agent/\n";
  if (config_.demo) {
    std::cout << "widget demo    " << url << "/demo/\n"
              << "sign in as     agent1 or agent2 (password demo-agent), lead (demo-lead), admin (demo-admin)\n";
  }
  show_new_key();
  if (service_->directory().tenants().empty()) {
    std::cout << "There is no company yet: start with --demo, or add one with `visavis tenant add`.\n";
  }
  if (reachable() && config_.tls.mode != platform::Tls::Mode::kOff) {
    std::cout << "\nThe customer page for a phone on the same network: " << url << "/\n";
    if (config_.tls.mode == platform::Tls::Mode::kSelfSigned)
      std::cout << "The browser warns of the certificate, which this server made itself: choose to go on.\n";
    // Colour codes are noise in a file or a journal.
    std::cout << center::qr_terminal(url + "/", ::isatty(STDOUT_FILENO) == 1);
  }
  std::cout << "ready " << url << std::endl;
}

/// Once a day the signed heads of the audit chains go to a file outside the database.
void Program::note_audit_heads() {
  const bool queued = tasks_->post([this] {
    const auto heads = database_->read([](platform::DbSession& db) { return center::audit::heads(db, wall_clock()); });
    const auto noted = heads ? platform::append_durably(data_->audit_heads(), center::audit::to_lines(*heads), 0600)
                             : Result<void>(std::unexpected(heads.error()));
    if (!noted) log_error("audit_heads_not_noted", {{"code", noted.error().code}, {"cause", noted.error().cause}});
  });
  if (!queued) log_error("audit_heads_not_noted", {{"code", "busy"}});
  loop_.after(kNoteHeadsEvery, [this] { note_audit_heads(); });
}

void Program::run() {
  loop_.on_signals({SIGTERM, SIGINT}, [this](int) { stop(); });
  loop_.post([this] {
    service_->control().restarted();
    note_audit_heads();
    announce();
  });
  loop_.run();
  // Helpers read the database, which goes before the loop.
  loop_.join_helpers();
  // Connections hold callbacks into the service: the door goes first.
  door_.reset();
}

/// Nobody new is let in; those who are connected are sent away to come back; what was decided is committed.
void Program::stop() {
  if (std::exchange(stopping_, true)) {
    loop_.stop();
    return;
  }
  log_info("draining");
  service_->set_draining();
  door_->drain();
  const auto waited = std::make_shared<Millis>(0);
  const auto check = std::make_shared<std::function<void()>>();
  *check = [this, waited, check] {
    *waited += Millis{20};
    if (door_->counters().connections == 0 || *waited >= kDrainTime) {
      loop_.stop();
    } else {
      loop_.after(Millis{20}, *check);
    }
  };
  loop_.after(Millis{20}, *check);
}

std::function<void()> Program::undoing() const {
  if (!lock_ || !data_->is_new()) return [] {};
  return [root = data_->root(), lock = lock_] {
    std::error_code stays;
    std::filesystem::remove_all(root, stays);
  };
}

/// A demo company in a database elsewhere outlives a start that was refused: this is the one time that its key is
/// shown.
void Program::show_what_stays() const {
  if (!new_api_key_) return;
  const bool goes = config_.database.empty() && data_->is_new();
  if (!goes) show_new_key();
}

/// Nobody has seen anything of a server that did not come to its run.
Result<void> start_and_run(const platform::Config& config, std::function<void()>& undo) {
  Program program(config);
  for (const auto step : {&Program::open_storage, &Program::open_media, &Program::open_center, &Program::open_door}) {
    if (auto done = (program.*step)(); !done) {
      undo = program.undoing();
      program.show_what_stays();
      return done;
    }
  }
  program.run();
  return {};
}

void prepare_process() {
  std::signal(SIGPIPE, SIG_IGN);
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
  }
}

}  // namespace

Result<void> run_server(const platform::Config& config) {
  const auto level = parse_log_level(config.log_level);
  if (!level) return std::unexpected(level.error());
  log_setup(*level);
  prepare_process();
  std::function<void()> undo = [] {};
  auto ran = start_and_run(config, undo);
  undo();
  return ran;
}

}  // namespace visavis::app
