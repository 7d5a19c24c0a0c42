// Does one thing by name: what programs do that a recording must follow.
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096UL

extern char **environ;
static char *const TRUE[] = {"true", NULL};

static char *fixed(unsigned long at, unsigned long length, int flags, int fd) {
  return mmap((void *)at, length, PROT_READ | PROT_WRITE, flags | MAP_FIXED, fd, 0);
}

// The region stands for what is told: its touches are looked for.
static char *region(void) { return fixed(0x30000000, 4 * PAGE, MAP_PRIVATE | MAP_ANONYMOUS, -1); }

__attribute__((noinline)) static int work(volatile char *at, int depth) {
  at[0] = 1;
  if (depth > 0) work(at + PAGE, depth - 1);
  return at[0];
}

static void *thread(void *at) {
  for (int i = 0; i < 100; i++) ((volatile char *)at)[i] = 1;
  return NULL;
}

int main(int count, char **words) {
  const char *what = count > 1 ? words[1] : "";
  volatile char *at = region();
  int status, ends[2];
  pid_t child = 0;
  if (strcmp(what, "fork") == 0) {
    at[0] = 1;
    child = fork();
    if (child == 0) at[0] = 2, _exit(3);
  } else if (strcmp(what, "vfork") == 0) {
    child = vfork();
    if (child == 0) execv("/bin/true", TRUE), _exit(1);
  } else if (strcmp(what, "spawn") == 0) {
    posix_spawn(&child, "/bin/true", NULL, NULL, TRUE, environ);
  } else if (strcmp(what, "exec") == 0) {
    int kept = open(words[0], O_RDONLY), closed = open(words[0], O_RDONLY | O_CLOEXEC);
    char texts[2][8];
    snprintf(texts[0], 8, "%d", kept), snprintf(texts[1], 8, "%d", closed);
    execl(words[0], words[0], "executed", texts[0], texts[1], NULL);
  } else if (strcmp(what, "executed") == 0) {
    int good = atoi(words[2]), bad = atoi(words[3]);
    if (mmap((void *)0x31000000, PAGE, PROT_READ, MAP_PRIVATE | MAP_FIXED, good, 0) == MAP_FAILED) return 1;
    return mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, bad, 0) != MAP_FAILED;
  } else if (strcmp(what, "pipe") == 0) {
    char byte = 0;
    if (pipe(ends)) return 1;
    child = fork();
    if (child == 0) {
      if (read(ends[0], &byte, 1) != 1) return 1;
      at[2 * PAGE] = 1;
      _exit(0);
    }
    for (int i = 0; i < 20000; i++) at[PAGE] = 1;
    if (write(ends[1], &byte, 1) != 1) return 1;
  } else if (strcmp(what, "threads") == 0) {
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) pthread_create(threads + i, NULL, thread, (void *)(at + (i + 1) * PAGE));
    for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
  } else if (strcmp(what, "shm") == 0) {
    int id = shmget(IPC_PRIVATE, 2 * PAGE, IPC_CREAT | 0600), file = memfd_create("memory", 0);
    char *shared = shmat(id, (void *)0x32000000, 0);
    shmctl(id, IPC_RMID, NULL);
    if (ftruncate(file, 2 * PAGE) || shared == (void *)-1) return 1;
    char *memory = fixed(0x33000000, 2 * PAGE, MAP_SHARED, file);
    child = fork();
    if (child == 0) shared[0] = 1, memory[0] = 1, _exit(0);
    waitpid(child, &status, 0);
    child = 0;
    shared[0] = memory[0] = 2;
    shmdt(shared);
  } else if (strcmp(what, "crash") == 0) {
    work(at, 1);
    raise(SIGSEGV);
  } else if (strcmp(what, "function") == 0) {
    for (int i = 0; i < 3; i++) work(at, 2);
  } else if (strcmp(what, "left") == 0) {
    if (fork() == 0) {
      usleep(300000);
      at[0] = 1;
    }
    return 0;
  } else if (strcmp(what, "sleep") == 0) {
    fork();
    if (write(1, "started\n", 8) != 8) return 1;
    for (;;) sleep(60);
  }
  if (child > 0) waitpid(child, &status, 0);
  return 0;
}
