// A client that asks for names at a steady rate, whatever comes back, and says how long each answer
// took: from just before it sends until the kernel has the answer, so that its own waiting for a
// processor does not count. Not for questions that take longer than it waits at the end. RFC 1035.
//
//   steady_load ADDRESS QPS SECONDS FILE
//
// FILE: a name a line. Prints one line of JSON; times are microseconds.
#include <arpa/inet.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>
#include <vector>

namespace {

constexpr std::size_t sockets_count = 8;
constexpr std::int64_t tick_ns = 500'000, second_ns = 1'000'000'000, last_wait_ns = second_ns;
constexpr int buffer_octets = 8 << 20;
constexpr std::size_t header_octets = 12;
using Datagram = std::vector<std::uint8_t>;

std::int64_t now_ns() {
  timespec t{};
  clock_gettime(CLOCK_REALTIME, &t);
  return t.tv_sec * second_ns + t.tv_nsec;
}

// A for that name, recursion desired, EDNS with DO.
Datagram query_for(const std::string& name) {
  Datagram out{0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1};
  std::size_t begin = 0;
  while (begin < name.size()) {
    const std::size_t end = std::min(name.find('.', begin), name.size());
    out.push_back(static_cast<std::uint8_t>(end - begin));
    for (std::size_t i = begin; i < end; ++i) out.push_back(static_cast<std::uint8_t>(name[i]));
    begin = end + 1;
  }
  constexpr std::uint8_t rest[] = {0, 0, 1, 0, 1, 0, 0, 41, 4, 208, 0, 0, 128, 0, 0, 0};
  out.insert(out.end(), std::begin(rest), std::end(rest));
  return out;
}

// One socket: the times at which what is waited for was sent, by id.
struct Client {
  int fd = -1;
  std::uint16_t next_id = 0;
  std::array<std::int64_t, 65536> sent_ns{};
};

class Load {
 public:
  Load(const char* address, const char* file) : clients_(sockets_count) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(53);
    bool ok = inet_pton(AF_INET, address, &to.sin_addr) == 1;
    for (Client& client : clients_) {
      client.fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
      const int on = 1;
      setsockopt(client.fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer_octets, sizeof buffer_octets);
      setsockopt(client.fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
      ok = ok && connect(client.fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
    }
    std::ifstream names(file);
    for (std::string name; std::getline(names, name);) queries_.push_back(query_for(name));
    is_ready_ = ok && !queries_.empty();
  }
  [[nodiscard]] bool is_ready() const { return is_ready_; }

  // Keeps to the rate on the whole: what a late turn has missed is sent in the next one.
  void run(std::int64_t qps, std::int64_t seconds) {
    const std::int64_t begin = now_ns(), end = begin + seconds * second_ns;
    latencies_us_.reserve(static_cast<std::size_t>(qps * seconds));
    std::int64_t tick = begin;
    for (std::int64_t now = begin; now < end; now = now_ns()) {
      const std::int64_t due = (now - begin) * qps / second_ns;
      while (sent_ < due) send_one();
      tick = std::max(tick + tick_ns, now);
      wait_until(tick);
    }
    const std::int64_t last = now_ns() + last_wait_ns;
    while (answered_ < sent_ && now_ns() < last) wait_until(now_ns() + tick_ns);
  }

  void print() {
    std::ranges::sort(latencies_us_);
    std::printf(
        "{\"sent\": %lld, \"lost\": %lld, \"failed\": %lld, \"refused\": %lld, \"p50\": %u, "
        "\"p99\": %u, \"p999\": %u, \"max\": %u}\n",
        static_cast<long long>(sent_), static_cast<long long>(sent_ - answered_),
        static_cast<long long>(failed_), static_cast<long long>(refused_), quantile(500),
        quantile(990), quantile(999), quantile(1000));
  }

 private:
  void send_one() {
    Client& client = clients_[static_cast<std::size_t>(sent_) % sockets_count];
    Datagram& query = queries_[static_cast<std::size_t>(sent_) % queries_.size()];
    const std::uint16_t id = client.next_id++;
    query[0] = static_cast<std::uint8_t>(id >> 8);
    query[1] = static_cast<std::uint8_t>(id);
    client.sent_ns[id] = now_ns();
    // What does not even leave is the client's fault, but must be told.
    if (send(client.fd, query.data(), query.size(), 0) < 0) ++refused_;
    ++sent_;
  }

  void wait_until(std::int64_t deadline) {
    std::array<pollfd, sockets_count> polled{};
    for (std::size_t i = 0; i < sockets_count; ++i) polled[i] = {clients_[i].fd, POLLIN, 0};
    for (std::int64_t left = deadline - now_ns(); left > 0; left = deadline - now_ns()) {
      const timespec wait{left / second_ns, left % second_ns};
      if (ppoll(polled.data(), polled.size(), &wait, nullptr) <= 0) return;
      for (Client& client : clients_) receive(client);
    }
    for (Client& client : clients_) receive(client);
  }

  void receive(Client& client) {
    while (true) {
      std::array<std::uint8_t, 2048> octets;
      alignas(cmsghdr) std::array<char, 128> control;
      iovec part{octets.data(), octets.size()};
      msghdr message{};
      message.msg_iov = &part;
      message.msg_iovlen = 1;
      message.msg_control = control.data();
      message.msg_controllen = control.size();
      const ssize_t size = recvmsg(client.fd, &message, 0);
      if (size < static_cast<ssize_t>(header_octets)) return;
      take(client, octets.data(), arrival_ns(message));
    }
  }

  static std::int64_t arrival_ns(msghdr& message) {
    const cmsghdr* const head = CMSG_FIRSTHDR(&message);
    if (head == nullptr || head->cmsg_type != SCM_TIMESTAMPNS) return now_ns();
    timespec t{};
    std::copy_n(CMSG_DATA(head), sizeof t, reinterpret_cast<unsigned char*>(&t));
    return t.tv_sec * second_ns + t.tv_nsec;
  }

  void take(Client& client, const std::uint8_t* octets, std::int64_t at) {
    std::int64_t& sent = client.sent_ns[static_cast<std::size_t>(octets[0] << 8 | octets[1])];
    if (sent == 0) return;
    latencies_us_.push_back(
        static_cast<std::uint32_t>(std::max<std::int64_t>(0, at - sent) / 1000));
    sent = 0;
    ++answered_;
    const bool has_answer = (octets[3] & 15) == 0 && octets[7] != 0;
    if (!has_answer) ++failed_;
  }

  [[nodiscard]] unsigned quantile(std::size_t thousandth) const {
    if (latencies_us_.empty()) return 0;
    return latencies_us_[std::min(latencies_us_.size() - 1,
                                  latencies_us_.size() * thousandth / 1000)];
  }

  std::vector<Client> clients_;
  std::vector<Datagram> queries_;
  std::vector<std::uint32_t> latencies_us_;
  std::int64_t sent_ = 0, answered_ = 0, failed_ = 0, refused_ = 0;
  bool is_ready_ = false;
};

}  // namespace

int main(int count, char** words) {
  if (count != 5) {
    std::fputs("usage: steady_load ADDRESS QPS SECONDS FILE\n", stderr);
    return 2;
  }
  prctl(PR_SET_TIMERSLACK, 1);
  Load load(words[1], words[4]);
  if (!load.is_ready()) {
    std::perror("steady_load");
    return 1;
  }
  load.run(std::atoll(words[2]), std::atoll(words[3]));
  load.print();
  return 0;
}
