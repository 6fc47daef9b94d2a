#include "daemon/control_socket.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

namespace godwit::daemon {
namespace {

class ControlSocket : public ::testing::Test {
 protected:
  ControlSocket() {
    char name[] = "/tmp/godwit-control.XXXXXX";
    if (::mkdtemp(name) != nullptr) folder_ = name;
    path_ = folder_ + "/control.sock";
  }
  ~ControlSocket() override {
    ::unlink(path_.c_str());
    ::rmdir(folder_.c_str());
  }
  std::string folder_, path_;
};

TEST_F(ControlSocket, is_open_to_its_owner_alone) {
  const auto opened = open_control_socket(path_, ControlAudience::owner);
  ASSERT_EQ(opened.error, "");
  struct stat status {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600u);
}

TEST_F(ControlSocket, for_readers_is_open_to_its_group_as_well) {
  const auto opened = open_control_socket(path_, ControlAudience::readers);
  ASSERT_EQ(opened.error, "");
  struct stat status {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0660u);
}

TEST_F(ControlSocket, of_a_dead_process_is_replaced) {
  { const auto dead = open_control_socket(path_, ControlAudience::owner); }
  EXPECT_EQ(open_control_socket(path_, ControlAudience::owner).error, "");
}

TEST_F(ControlSocket, of_a_living_process_is_left_to_it) {
  const auto first = open_control_socket(path_, ControlAudience::owner);
  EXPECT_NE(open_control_socket(path_, ControlAudience::owner).error.find("in use"),
            std::string::npos);
}

TEST_F(ControlSocket, does_not_take_the_place_of_a_file) {
  std::ofstream(path_) << "precious";
  EXPECT_NE(open_control_socket(path_, ControlAudience::owner).error, "");
  std::string kept;
  std::ifstream(path_) >> kept;
  EXPECT_EQ(kept, "precious");
}

TEST_F(ControlSocket, names_have_107_octets_at_most) {
  const std::string folder = folder_ + "/";
  const auto filled = [&](std::size_t octets) {
    return folder + std::string(octets - folder.size(), 'x');
  };
  for (const std::size_t octets : {106u, 107u}) {
    const auto path = filled(octets);
    EXPECT_EQ(open_control_socket(path, ControlAudience::owner).error, "") << octets;
    ::unlink(path.c_str());
  }
  EXPECT_NE(open_control_socket(filled(108), ControlAudience::owner).error.find("too long"),
            std::string::npos);
}

TEST_F(ControlSocket, without_a_folder_is_an_error) {
  EXPECT_NE(open_control_socket(folder_ + "/none/control.sock", ControlAudience::owner).error, "");
}

}  // namespace
}  // namespace godwit::daemon
