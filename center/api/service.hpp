// SPDX-License-Identifier: Apache-2.0
// What the handlers of REST and WebSocket share: the contact centre behind its one door (Control), who is connected
// (Streams), who may come in (sessions, tokens, tickets), media. Control thread.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <span>
#include <string>

#include "center/api/control.hpp"
#include "center/api/directory.hpp"
#include "center/api/file_places.hpp"
#include "center/api/media_bridge.hpp"
#include "center/api/one_at_a_time.hpp"
#include "center/api/openings.hpp"
#include "center/api/quality_keeper.hpp"
#include "center/api/streams.hpp"
#include "center/identity/contact_tokens.hpp"
#include "center/identity/sessions.hpp"
#include "center/identity/tickets.hpp"
#include "center/store/history.hpp"
#include "center/store/links.hpp"
#include "media/gateway/messages.hpp"
#include "platform/files/data_folder.hpp"
#include "platform/http/loop.hpp"
#include "platform/http/message.hpp"
#include "platform/http/server.hpp"
#include "platform/tasks/task_thread.hpp"

namespace visavis::center {

struct ServicePorts {
  http::Loop* loop = nullptr;
  platform::Database* database = nullptr;
  platform::TaskThread* tasks = nullptr;
  Committer* committer = nullptr;
  CommandBook* book = nullptr;
  Sessions* sessions = nullptr;
  ContactTokens* tokens = nullptr;
  LinkBook* links = nullptr;
  gateway::MediaService* media = nullptr;  // none: chat only
  const platform::FileStore* files = nullptr;
  std::function<UtcMillis()> now;
  std::function<StoredEvent(const Event&)> stored;
  std::function<void(Control::Ports::Reloaded)> reload;  // see there
  /// Starts the practice bot as the customer of a contact (its token); empty: there is none on this server.
  std::function<bool(const std::string& contact_token)> start_bot;
  std::function<http::ServerCounters()> http_counters;
  std::function<bool(const http::Request&)> may_measure;  // may read /metrics; unset: everybody
  Timings timings;                                        // the same for every tenant
  std::string media_key;                                  // signs WHIP and WHEP tokens
  std::string public_url;  // "https://call.example", no slash at the end; empty: as the request came
  /// Where other machines of the network reach this server, no slash at the end; empty: they do not.
  std::function<std::string()> network_url;
  std::string version;
};

/// Whoever speaks over a WebSocket.
struct Speaker {
  std::string tenant_id;
  Recipient who;
  Actor actor;
};

class Service {
 public:
  Service(ServicePorts ports, Directory::Content directory, std::unique_ptr<Center> center);

  const ServicePorts& ports() const { return ports_; }
  Control& control() { return control_; }
  Streams& streams() { return streams_; }
  MediaBridge& media() { return media_; }
  TicketOffice& tickets() { return tickets_; }
  Directory& directory() { return directory_; }
  LinkBook& links() { return *ports_.links; }
  UtcMillis now() const { return ports_.now(); }
  const Desk* desk(std::string_view tenant_id) const { return control_.desk(tenant_id); }

  /// Takes over what the store holds by now of what administrators set. Where it cannot be read, it is tried again.
  void reread_directory(std::function<void(bool ok)> done) { reading_.ask(std::move(done)); }

  /// Presence: a person's connection stands or is gone.
  void connected(const Speaker& speaker);
  void lost(const Speaker& speaker);

  /// Whoever has just been welcomed is told queue and colleagues as they are now: a stream that goes on gets no
  /// snapshot, and a snapshot may be older than what was said to the connection before.
  void welcomed(const Speaker& speaker);

  /// Queue, agents, places, wall: said together a moment after things changed.
  void changed(const std::string& tenant_id);
  /// False where the role for it is missing; nobody is refused to stop.
  bool watch_wall(const Speaker& speaker, bool on);

  /// Files that were uploaded for a contact and can be sent in its chat now, while it runs.
  void share_file(const FileRecord& file);
  /// Of a running contact.
  FileAmount shared_files(const std::string& contact_id) const;
  FilePlaces& file_places() { return file_places_; }
  std::optional<chat::File> shared_file(const std::string& contact_id, const std::string& file_id) const;

  Openings& openings() { return openings_; }
  /// Whether the contact still waits for its first answer.
  bool unanswered(const std::string& tenant_id, const std::string& contact_id) const;

  void set_draining() { draining_ = true; }
  bool draining() const { return draining_; }
  http::ServerCounters http_counters() const {
    return ports_.http_counters ? ports_.http_counters() : http::ServerCounters{};
  }

  void send(const Recipient& who, std::string_view type, const std::string& data) {
    streams_.send(who, type, data, now());
  }
  std::string snapshot(const Speaker& speaker);
  /// Whether the store answered when it was last asked; false where it is silent for ten seconds.
  bool store_answers() const { return store_answers_; }
  /// Nothing of a contact's state may be shown: decisions may stand in it that were never committed.
  bool reading_again() const { return !control_.healthy(); }

 private:
  std::function<void()> tell(const std::string& tenant_id, std::span<const Event> events);
  void after_change(const std::string& tenant_id, const std::vector<std::string>& contacts);
  void say_common(const std::string& tenant_id);
  void say_places(const Desk& desk);
  void say_walls(const std::string& tenant_id);
  void set_directory(Directory::Content content);
  void store_is(const Result<void>& answer);
  void read_directory(OneAtATime::Done done);
  void every_second();
  void every_minute();
  bool may_watch(const std::string& user_id) const;
  QualityKeeper::Ports quality_ports();
  void remember_files();
  void ask_store();
  Control::Ports control_ports();
  MediaBridge::Ports media_ports();
  std::string customer_snapshot(const Desk& desk, const Speaker& speaker);
  std::string agent_snapshot(const Desk& desk, const Speaker& speaker);

  ServicePorts ports_;
  Directory directory_;
  Streams streams_;
  TicketOffice tickets_;
  QualityKeeper quality_;
  MediaBridge media_;
  Control control_;
  std::set<std::string> changed_;  // tenants
  bool common_due_ = false;
  std::map<std::string, std::string> told_place_;  // by contact
  std::map<Recipient, std::string> told_queue_, told_agents_;
  std::map<std::string, std::string> wall_watchers_;                       // user id → tenant id
  std::set<std::string> walls_due_;                                        // tenants
  std::map<std::string, std::map<std::string, chat::File>> shared_files_;  // by contact, by id
  Openings openings_;
  FilePlaces file_places_;
  bool store_answers_ = true;
  std::uint64_t store_questions_ = 0;  // asked and answered
  OneAtATime reading_;                 // of the directory
  unsigned seconds_ = 0;
  bool draining_ = false;
};

}  // namespace visavis::center
