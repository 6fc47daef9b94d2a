// Sockets over a restart: under which names, for whom, and what the service manager is told.
#include "daemon/kept_sockets.h"

#include <gtest/gtest.h>

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <thread>

#include <array>
#include <cstring>

#include "daemon/socket_address.h"

namespace godwit::daemon {
namespace {

wire::Endpoint endpoint(std::string_view address, std::uint16_t port) {
  return {*wire::IpAddress::parse(address), port};
}

// The file behind a descriptor.
ino_t inode_of(const Fd& fd) {
  struct stat status {};
  return ::fstat(fd.get(), &status) == 0 ? status.st_ino : 0;
}

class KeptSocketsTest : public testing::Test {
 protected:
  // Bound by the kernel, handed over under the name that it is kept by.
  ActivatedSocket make(bool with_name = true) {
    Fd fd(::socket(AF_INET, SOCK_DGRAM, 0));
    const SocketAddress any(endpoint("127.0.0.1", 0));
    EXPECT_EQ(::bind(fd.get(), any.get(), any.size()), 0);
    const auto local = *local_endpoint(fd.get());
    return {std::move(fd), false, local,
            with_name ? kept_socket_name({local, false}) : "godwit.socket"};
  }
  ActivatedSocket copy(const ActivatedSocket& of) {
    return {Fd(::dup(of.fd.get())), of.stream, of.local, of.name};
  }
};

TEST_F(KeptSocketsTest, have_names_that_a_manager_takes) {
  EXPECT_EQ(kept_socket_name({endpoint("127.0.0.1", 53), false}), "own-7f000001-53-udp");
  EXPECT_EQ(kept_socket_name({endpoint("::1", 5353), true}),
            "own-00000000000000000000000000000001-5353-tcp");
}

TEST_F(KeptSocketsTest, are_told_from_those_of_a_socket_unit) {
  std::vector<ActivatedSocket> passed;
  passed.push_back(make());
  passed.push_back(make(false));
  passed.push_back(make());
  passed.back().local.port = 1;  // a name that belongs to another address
  const ListenPoint own{passed[0].local, false}, given{passed[1].local, false};
  KeptSockets kept(passed);
  EXPECT_EQ(passed.size(), 2u);
  EXPECT_EQ(kept.take(given, 1).sockets.fds.size(), 0u);
  EXPECT_EQ(kept.take(own, 1).sockets.fds.size(), 1u);
  EXPECT_EQ(kept.take(own, 1).sockets.fds.size(), 0u);
}

TEST_F(KeptSocketsTest, serve_as_many_workers_as_there_are) {
  for (const unsigned workers : {1u, 2u, 3u, 5u}) {
    std::vector<ActivatedSocket> passed;
    passed.push_back(make());
    passed.push_back(copy(passed[0]));
    const ListenPoint point{passed[0].local, false};
    KeptSockets kept(passed);
    const auto taken = kept.take(point, workers);
    ASSERT_EQ(taken.error, "");
    EXPECT_TRUE(taken.sockets.kept);
    EXPECT_EQ(taken.sockets.shared, workers > 2);
    ASSERT_EQ(taken.sockets.fds.size(), workers);
    for (const Fd& fd : taken.sockets.fds) EXPECT_EQ(inode_of(fd), inode_of(taken.sockets.fds[0]));
  }
}

class ManagerTest : public KeptSocketsTest {
 protected:
  ManagerTest() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::copy(name_.begin() + 1, name_.end(), address.sun_path + 1);
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name_.size());
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  }
  struct Message {
    std::string text;
    std::vector<Fd> kept;
  };
  Message next() {
    Message out;
    out.text.resize(512);
    alignas(cmsghdr) std::array<char, CMSG_SPACE(200 * sizeof(int))> room{};
    iovec part{out.text.data(), out.text.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = room.data();
    message.msg_controllen = room.size();
    const auto size = ::recvmsg(socket_.get(), &message, MSG_DONTWAIT);
    out.text.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    if (const cmsghdr* rights = CMSG_FIRSTHDR(&message); rights != nullptr) {
      for (std::size_t at = CMSG_LEN(0); at < rights->cmsg_len; at += sizeof(int)) {
        int number = -1;
        std::memcpy(&number, reinterpret_cast<const char*>(rights) + at, sizeof number);
        out.kept.emplace_back(number);
      }
    }
    return out;
  }
  const std::string name_ = "@godwit-manager-test-" + std::to_string(::getpid());
  Fd socket_{::socket(AF_UNIX, SOCK_DGRAM, 0)};
};

TEST_F(ManagerTest, keeps_what_is_used_and_forgets_what_was_kept_before) {
  std::vector<ActivatedSocket> passed;
  passed.push_back(make());
  passed.push_back(make());
  const std::string gone = passed[1].name;
  const ListenPoint point{passed[0].local, false};
  KeptSockets kept(passed);
  std::vector<ListenSockets> opened;
  opened.push_back(kept.take(point, 1).sockets);
  const Notifier notifier(name_.c_str());
  kept.let_go_of_rest(notifier);
  keep_sockets(opened, notifier);

  const std::string name = kept_socket_name(point);
  EXPECT_EQ(next().text, "FDSTOREREMOVE=1\nFDNAME=" + name);
  EXPECT_EQ(next().text, "FDSTOREREMOVE=1\nFDNAME=" + gone);
  const Message stored = next();
  EXPECT_EQ(stored.text, "FDSTORE=1\nFDNAME=" + name + "\nFDPOLL=0");
  ASSERT_EQ(stored.kept.size(), 1u);
  EXPECT_EQ(inode_of(stored.kept[0]), inode_of(opened[0].fds[0]));
  EXPECT_EQ(next().text, "");
}

TEST_F(ManagerTest, takes_any_number_of_descriptors) {
  const Notifier notifier(name_.c_str());
  const auto socket = make();
  for (const std::size_t count : {std::size_t{0}, Notifier::kept_at_once_max - 1,
                                  Notifier::kept_at_once_max, Notifier::kept_at_once_max + 1}) {
    std::vector<Fd> fds;
    while (fds.size() < count) fds.emplace_back(::dup(socket.fd.get()));
    notifier.keep("name", fds);
    std::size_t seen = 0;
    for (Message message = next(); !message.text.empty(); message = next())
      seen += message.kept.size();
    EXPECT_EQ(seen, count);
  }
}

// The kernel keeps some ten messages for a reader (net.unix.max_dgram_qlen).
TEST_F(ManagerTest, hears_all_although_it_reads_late) {
  const Notifier notifier(name_.c_str());
  constexpr int messages = 3'000;
  std::thread speaker([&notifier] {
    for (int i = 0; i < messages; ++i) notifier.status("busy");
    notifier.ready("answering");
  });
  int heard = 0;
  while (heard <= messages) {
    pollfd waiting{socket_.get(), POLLIN, 0};
    ASSERT_EQ(::poll(&waiting, 1, 10'000), 1) << "after " << heard;
    const std::string text = next().text;
    EXPECT_EQ(text.starts_with("READY=1"), heard == messages);
    ++heard;
  }
  speaker.join();
}

}  // namespace
}  // namespace godwit::daemon
