using System.Runtime.InteropServices;
using Hermes.Grains.Interfaces;

namespace Hermes.Hosting.Tests;

public sealed class WorkerAllocatorTests : IDisposable
{
    private const string Found = "/usr/lib/libtcmalloc_minimal.so.4";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Tcmalloc_is_found_in_the_first_folder_that_has_it()
    {
        _folder.File("one/libtcmalloc.so.4");
        var second = _folder.File("two/libtcmalloc_minimal.so.4");
        _folder.File("three/libtcmalloc_minimal.so.4");

        Assert.Equal(second, WorkerAllocator.Find("auto", [_folder.At("none"), _folder.At("one"), _folder.At("two"), _folder.At("three")]));
    }

    [Fact]
    public void Where_it_is_not_installed_the_C_library_allocates() => Assert.Null(WorkerAllocator.Find("auto", [_folder.At("none"), _folder.Path]));

    [Fact]
    public void Who_wants_the_C_library_or_another_has_it()
    {
        _folder.File("libtcmalloc_minimal.so.4");

        Assert.Null(WorkerAllocator.Find("system", [_folder.Path]));
        Assert.Equal("/opt/libjemalloc.so.2", WorkerAllocator.Find("/opt/libjemalloc.so.2", [_folder.Path]));
    }

    [Theory]
    [InlineData(Architecture.X64, "/usr/lib/x86_64-linux-gnu", "aarch64")]
    [InlineData(Architecture.Arm64, "/usr/lib/aarch64-linux-gnu", "x86_64")]
    public void Libraries_of_another_architecture_are_not_looked_at(Architecture architecture, string first, string other)
    {
        var folders = WorkerAllocator.Folders(architecture).ToList();

        Assert.Equal(first, folders[0]);
        Assert.DoesNotContain(folders, folder => folder.Contains(other, StringComparison.Ordinal));
        Assert.True(folders.IndexOf("/usr/lib64") < folders.IndexOf("/usr/lib"));
    }

    [Theory]
    [InlineData(null, Found)]
    [InlineData("", Found)]
    [InlineData("/opt/libtrace.so", $"/opt/libtrace.so:{Found}")]
    [InlineData("/opt/malloc/libtrace.so libother.so", $"/opt/malloc/libtrace.so:libother.so:{Found}")]
    [InlineData("/opt/libjemalloc.so.2", "/opt/libjemalloc.so.2")]
    [InlineData("libtrace.so libmimalloc.so", "libtrace.so libmimalloc.so")]
    public void What_the_user_put_before_programs_stays_and_an_allocator_is_not_joined_by_another(string? before, string expected)
    {
        var environment = new Dictionary<string, string?> { ["LD_PRELOAD"] = before };

        WorkerAllocator.PutLibrary(Found, environment);

        Assert.Equal(expected, environment["LD_PRELOAD"]);
    }

    [Fact]
    public void For_the_C_library_nothing_is_put_before_a_program()
    {
        var environment = new Dictionary<string, string?>();
        WorkerAllocator.Put("system", environment);
        Assert.Empty(environment);

        environment["LD_PRELOAD"] = "libtrace.so";
        WorkerAllocator.Put("system", environment);
        Assert.Equal("libtrace.so", environment["LD_PRELOAD"]);
    }

    [Theory]
    [InlineData("auto", true)]
    [InlineData("system", true)]
    [InlineData("/opt/libjemalloc.so.2", true)]
    [InlineData("libjemalloc.so.2", false)]
    [InlineData("/opt/my libraries/libjemalloc.so.2", false)]
    [InlineData("/opt/libmalloc.so:/opt/two.so", false)]
    [InlineData("/opt/malloc/libtrace.so", false)]
    [InlineData("", false)]
    public void It_is_named_by_a_word_or_by_a_path_that_the_loader_takes_for_one(string text, bool expected) => Assert.Equal(expected, WorkerAllocator.IsOne(text));

    [Fact]
    public void A_library_that_is_missing_is_refused()
    {
        WorkerAllocator.Require("auto");
        WorkerAllocator.Require("system");
        WorkerAllocator.Require(_folder.File("libjemalloc.so.2"));

        var refused = Assert.Throws<HermesException>(() => WorkerAllocator.Require(_folder.At("libnone.so")));
        Assert.Equal($"There is no allocator at {_folder.At("libnone.so")}.", refused.Message);
    }
}
