// SPDX-License-Identifier: Apache-2.0
#include "center/api/service.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "base/ids.hpp"
#include "center/api/publisher.hpp"
#include "center/api/views.hpp"
#include "center/store/erasure.hpp"
#include "center/store/event_store.hpp"
#include "center/types/limits.hpp"
#include "platform/log/log.hpp"

namespace visavis::center {
namespace json = boost::json;

namespace {
constexpr Millis kGather{100};  // changes within it are said together
constexpr unsigned kTickEvery = 5;
constexpr unsigned kSweepEvery = 60;
constexpr int kErasedAtOnce = 200;
constexpr Millis kRereadAfter{5'000};
constexpr Millis kAskStoreEvery{5'000};
constexpr Millis kStoreSilent{10'000};

class RandomIds : public IdSource {
 public:
  std::string next(UtcMillis now) override { return new_uuid(now); }
};
}  // namespace

Service::Service(ServicePorts ports, Directory::Content directory, std::unique_ptr<Center> center)
    : ports_(std::move(ports)),
      quality_(quality_ports()),
      media_(media_ports()),
      control_(control_ports(), std::move(center)),
      openings_([this](const std::string& tenant, const std::string& contact) {
        return unanswered(tenant, contact) && !streams_.connected(Recipient::customer(contact));
      }),
      file_places_(
          [this](const std::string& tenant, const std::string& contact) { return unanswered(tenant, contact); }),
      reading_([this](OneAtATime::Done done) { read_directory(std::move(done)); },
               [this](std::function<void()> work) { ports_.loop->after(kRereadAfter, std::move(work)); }) {
  set_directory(std::move(directory));
  remember_files();
  every_second();
  ask_store();
}

/// What was uploaded before the start may not have been sent yet. Blocks: nobody is served before.
void Service::remember_files() {
  const auto files = ports_.database->read([](platform::DbSession& db) { return files_of_open_contacts(db); });
  if (!files) {
    log_error("files_not_read", {{"code", files.error().code}, {"cause", files.error().cause}});
    return;
  }
  for (const auto& file : *files) {
    // The server was killed between record and content, and nobody was told that it arrived; or the disk with the files
    // is not here. Its record stays: with it erasure finds the content.
    if (ports_.files->lacks(file.id)) {
      log_warning("file_missing", {{"contact", file.contact_id}, {"file", file.id}});
    } else {
      share_file(file);
    }
  }
}

/// While nobody writes nothing else would notice that a database server is gone.
void Service::ask_store() {
  auto answer = std::make_shared<Result<std::size_t>>();
  const auto ask = [](platform::DbSession& db) { return db.query("SELECT id FROM tenant LIMIT 1").size(); };
  const auto number = ++store_questions_;
  ports_.loop->offload([answer, ask, database = ports_.database] { *answer = database->read(ask); },
                       [this, answer] {
                         ++store_questions_;
                         store_is(*answer ? Result<void>{} : std::unexpected(answer->error()));
                         ports_.loop->after(kAskStoreEvery, [this] { ask_store(); });
                       });
  // A server that is frozen or cut off refuses nothing: it is silent, for longer than anybody waits.
  ports_.loop->after(kStoreSilent, [this, number] {
    if (number == store_questions_)
      store_is(fail(ErrorKind::kUnavailable, "storage_silent", "The database does not answer."));
  });
}

void Service::store_is(const Result<void>& answer) {
  if (store_answers_ && !answer)
    log_error("store_gone", {{"code", answer.error().code}, {"cause", answer.error().cause}});
  if (!store_answers_ && answer) log_info("store_back");
  store_answers_ = answer.has_value();
}

Control::Ports Service::control_ports() {
  static RandomIds ids;
  return {.loop = ports_.loop,
          .committer = ports_.committer,
          .book = ports_.book,
          .ids = &ids,
          .now = ports_.now,
          .stored = ports_.stored,
          .reload = ports_.reload,
          .tell = [this](const std::string& tenant, std::span<const Event> events) { return tell(tenant, events); },
          .start_over = [this] { streams_.close_all(1012, "state is being read again"); }};
}

MediaBridge::Ports Service::media_ports() {
  return {.loop = ports_.loop,
          .media = ports_.media,
          .say =
              [this](const Recipient& who, std::string_view type, const std::string& data, bool keep) {
                keep ? streams_.send(who, type, data, now()) : streams_.send_volatile(who, type, data, now());
              },
          .desk = [this](const std::string& tenant_id) { return control_.desk(tenant_id); },
          .keep = [this](const call::Contact& contact, const std::string& participant,
                         std::string summary) { quality_.keep({contact.id, participant, now(), std::move(summary)}); }};
}

void Service::set_directory(Directory::Content content) {
  directory_.set(std::move(content));
  std::erase_if(wall_watchers_, [this](const auto& watcher) { return !may_watch(watcher.first); });
  for (const auto& settings : directory_.tenants()) {
    control_.configure(to_config(settings, directory_.users(), ports_.timings));
    changed(settings.tenant.id);
  }
}

void Service::read_directory(OneAtATime::Done done) {
  auto content = std::make_shared<Result<Directory::Content>>();
  ports_.loop->offload([content, database = ports_.database] { *content = Directory::read(*database); },
                       [this, content, done = std::move(done)] {
                         const bool ok = content->has_value();
                         if (ok) set_directory(std::move(**content));
                         done(ok);
                       });
}

void Service::connected(const Speaker& speaker) {
  Order order{.tenant_id = speaker.tenant_id, .actor = Actor::system()};
  if (speaker.who.kind == Recipient::Kind::kCustomer) {
    order.command = CustomerConnected{speaker.who.id};
  } else {
    order.command = AgentConnected{speaker.who.id};
  }
  control_.run(std::move(order), [](const Result<std::string>&) {});
  changed(speaker.tenant_id);
}

void Service::lost(const Speaker& speaker) {
  media_.forget_views(speaker.who);
  Order order{.tenant_id = speaker.tenant_id, .actor = Actor::system()};
  if (speaker.who.kind == Recipient::Kind::kCustomer) {
    order.command = CustomerLost{speaker.who.id};
  } else {
    order.command = AgentLost{speaker.who.id};
    wall_watchers_.erase(speaker.who.id);
  }
  control_.run(std::move(order), [](const Result<std::string>&) {});
  changed(speaker.tenant_id);
}

void Service::welcomed(const Speaker& speaker) {
  told_queue_.erase(speaker.who);
  told_agents_.erase(speaker.who);
  // The connection before this one may have been counted as lost since the hello.
  connected(speaker);
}

std::function<void()> Service::tell(const std::string& tenant_id, std::span<const Event> events) {
  const auto* desk = control_.desk(tenant_id);
  if (!desk) return [] {};
  return [this, tenant_id, says = sayings(*desk, events), contacts = contacts_in(events)] {
    for (const auto& s : says) streams_.send(s.to, s.type, s.data, now());
    after_change(tenant_id, contacts);
  };
}

void Service::after_change(const std::string& tenant_id, const std::vector<std::string>& contacts) {
  for (const auto& contact_id : contacts) {
    media_.sync(tenant_id, contact_id);
    const auto* desk = control_.desk(tenant_id);
    const auto* contact = desk ? desk->contact(contact_id) : nullptr;
    if (!contact || contact->ended()) {
      told_place_.erase(contact_id);
      shared_files_.erase(contact_id);
    }
  }
  changed(tenant_id);
}

void Service::changed(const std::string& tenant_id) {
  changed_.insert(tenant_id);
  walls_due_.insert(tenant_id);
  if (std::exchange(common_due_, true)) return;
  ports_.loop->after(kGather, [this] {
    common_due_ = false;
    for (const auto& tenant : std::exchange(changed_, {})) say_common(tenant);
  });
}

void Service::say_common(const std::string& tenant_id) {
  const auto* desk = control_.desk(tenant_id);
  if (!desk) return;
  say_places(*desk);
  const std::string agents = json::serialize(json::object{{"agents", views::agents(*desk)}});
  const auto lines = views::queue_lines(*desk);
  std::vector<Saying> says;
  streams_.for_each_connected([&](const Recipient& who) {
    if (who.kind != Recipient::Kind::kAgent || !desk->agent(who.id)) return;
    auto rows = views::queue_message(*desk, lines, who.id);
    if (auto& told = told_queue_[who]; told != rows) says.push_back({who, "queue", told = std::move(rows)});
    if (auto& told = told_agents_[who]; told != agents) says.push_back({who, "agents", told = agents});
  });
  control_.after_commits([this, says = std::move(says)] {
    for (const auto& s : says) streams_.send(s.to, s.type, s.data, now());
  });
}

/// Those who wait are told when their place or estimate is another than they were told last.
void Service::say_places(const Desk& desk) {
  std::vector<Saying> says;
  for (const auto* waiting : desk.waiting_in_order()) {
    const auto place = desk.place(waiting->contact_id);
    const auto* contact = desk.contact(waiting->contact_id);
    if (!place || !contact) continue;
    auto words = std::to_string(place->position) + "/" + std::to_string(place->estimate.value_or(Seconds{-1}).count()) +
                 (place->staffed ? "s" : "");
    if (auto& told = told_place_[waiting->contact_id]; told != words) {
      told = std::move(words);
      says.push_back({Recipient::customer(contact->id), "contact",
                      json::serialize(json::object{{"contact", views::contact(desk, *contact)}})});
    }
  }
  control_.after_commits([this, says = std::move(says)] {
    for (const auto& s : says) streams_.send(s.to, s.type, s.data, now());
  });
}

bool Service::may_watch(const std::string& user_id) const {
  const auto* user = directory_.user(user_id);
  return user && (user->has_role("supervisor") || user->has_role("admin"));
}

bool Service::watch_wall(const Speaker& speaker, bool on) {
  if (!on) {
    wall_watchers_.erase(speaker.who.id);
    return true;
  }
  if (!may_watch(speaker.who.id)) return false;
  wall_watchers_[speaker.who.id] = speaker.tenant_id;
  walls_due_.insert(speaker.tenant_id);
  return true;
}

void Service::say_walls(const std::string& tenant_id) {
  const auto* desk = control_.desk(tenant_id);
  std::string wall;
  for (const auto& [user_id, tenant] : wall_watchers_) {
    if (!desk || tenant != tenant_id) continue;
    if (wall.empty()) wall = json::serialize(views::wall(*desk, now()));
    control_.after_commits(
        [this, who = Recipient::agent(user_id), wall] { streams_.send_volatile(who, "wall", wall, now()); });
  }
}

void Service::every_second() {
  for (const auto& tenant : std::exchange(walls_due_, {})) say_walls(tenant);
  if (++seconds_ % kTickEvery == 0) {
    streams_.tick_all(now());
    streams_.expire(now());
    // The longest wait grows although nothing happens.
    for (const auto& [user, tenant] : wall_watchers_) walls_due_.insert(tenant);
  }
  if (seconds_ % kSweepEvery == 0) every_minute();
  ports_.loop->after(Millis{1'000}, [this] { every_second(); });
}

void Service::share_file(const FileRecord& file) {
  // What ended while it came is not heard of again: nothing would ever forget it.
  const auto* desk = control_.desk(file.tenant_id);
  const auto* contact = desk ? desk->contact(file.contact_id) : nullptr;
  if (!contact || contact->ended()) return;
  shared_files_[file.contact_id][file.id] = {file.id, file.name, file.size, file.type};
}

FileAmount Service::shared_files(const std::string& contact_id) const {
  FileAmount amount;
  const auto contact = shared_files_.find(contact_id);
  if (contact == shared_files_.end()) return amount;
  for (const auto& [id, file] : contact->second) {
    ++amount.files;
    amount.bytes += static_cast<std::size_t>(file.size);
  }
  return amount;
}

std::optional<chat::File> Service::shared_file(const std::string& contact_id, const std::string& file_id) const {
  const auto contact = shared_files_.find(contact_id);
  if (contact == shared_files_.end()) return std::nullopt;
  const auto file = contact->second.find(file_id);
  return file == contact->second.end() ? std::nullopt : std::optional(file->second);
}

bool Service::unanswered(const std::string& tenant_id, const std::string& contact_id) const {
  const auto* desk = control_.desk(tenant_id);
  const auto* contact = desk ? desk->contact(contact_id) : nullptr;
  return contact && !contact->answered() && !contact->ended();
}

QualityKeeper::Ports Service::quality_ports() {
  return {.in_a_moment = [this](std::function<void()> work) { ports_.loop->after(kGather, std::move(work)); },
          .healthy = [this] { return control_.healthy(); },
          .store =
              [this](std::vector<QualitySummary> all) {
                (void)ports_.tasks->post([database = ports_.database, all = std::move(all)] {
                  (void)database->write([&](platform::DbSession& db) {
                    for (const auto& quality : all) put_quality(db, quality);
                  });
                });
              }};
}

/// What is kept for later, and what nobody needs any more in memory and in the store.
void Service::every_minute() {
  media_.keep_quality();
  const auto known = [this](const ContactKey& key) {
    const auto* desk = control_.desk(key.tenant_id);
    return desk && desk->contact(key.contact_id);
  };
  for (const auto& gone : ports_.tokens->prune(known)) ports_.book->drop_scope("c:" + gone.contact_id);
  ports_.links->prune(now());
  openings_.forget_idle(now());
  file_places_.forget_settled();
  if (!control_.healthy()) return;
  // What a failure here leaves behind goes with the next minute.
  (void)ports_.tasks->post(
      [database = ports_.database, files = ports_.files, now = now(), before = now() - ports_.timings.keep_unanswered] {
        const auto erased = erase_unanswered(*database, before, now, kErasedAtOnce,
                                             [files](const std::string& id) { return files->remove(id); });
        if (!erased) return log_error("not_erased", {{"code", erased.error().code}, {"cause", erased.error().cause}});
        if (!erased->left.empty()) {
          const auto& first = erased->left.front();
          log_error("files_not_removed",
                    {{"contacts", erased->left.size()}, {"first", first.contact_id}, {"code", first.error.code}});
        }
      });
}

std::string Service::snapshot(const Speaker& speaker) {
  const auto* desk = control_.desk(speaker.tenant_id);
  if (!desk) return "{}";
  return speaker.who.kind == Recipient::Kind::kCustomer ? customer_snapshot(*desk, speaker)
                                                        : agent_snapshot(*desk, speaker);
}

std::string Service::customer_snapshot(const Desk& desk, const Speaker& speaker) {
  const auto* contact = desk.contact(speaker.who.id);
  if (!contact) return "{}";
  json::object out{{"you", {{"participant_id", contact->customer().id}, {"role", "customer"}}},
                   {"contact", views::contact(desk, *contact)},
                   {"chat", views::messages(desk, contact->id)},
                   {"slots", json::parse(media_.slots_json(contact->id, speaker.who))},
                   {"grace_s", desk.timings().grace.count()}};
  return json::serialize(out);
}

std::string Service::agent_snapshot(const Desk& desk, const Speaker& speaker) {
  const auto& user_id = speaker.who.id;
  const auto* user = directory_.user(user_id);
  const auto* agent = desk.agent(user_id);
  json::array contacts;
  json::object chat;
  json::object slots;
  for (const auto& contact_id : desk.contacts_of(user_id)) {
    const auto* contact = desk.contact(contact_id);
    if (!contact) continue;
    contacts.push_back(views::contact(desk, *contact, user_id));
    chat[contact_id] = views::messages(desk, contact_id);
    slots[contact_id] = json::parse(media_.slots_json(contact_id, speaker.who));
  }
  json::array offers;
  if (agent && !agent->ringing.empty()) {
    const auto* offer = desk.offer(agent->ringing);
    const auto* contact = desk.contact(agent->ringing);
    if (offer && contact) offers.push_back(views::offer(desk, *contact, *offer));
  }
  json::object out{{"you", user ? views::user(*user) : json::object{}},
                   {"agent", agent ? views::agent(*agent) : json::object{}},
                   {"queue", views::queue(desk, user_id)},
                   {"offers", std::move(offers)},
                   {"contacts", std::move(contacts)},
                   {"chat", std::move(chat)},
                   {"slots", std::move(slots)},
                   {"agents", views::agents(desk)},
                   {"practice", static_cast<bool>(ports_.start_bot)},
                   {"grace_s", desk.timings().grace.count()}};
  return json::serialize(out);
}

}  // namespace visavis::center
