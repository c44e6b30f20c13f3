using Hermes.Model.Runtime;

namespace Hermes.Worker.Tests.Processes;

/// <summary>Workers that are told to load another libtorch than the packaged one: the same files in another folder, the same as another version, and none.</summary>
public sealed class LibtorchTests(LibtorchTests.Copies copies) : IClassFixture<LibtorchTests.Copies>, IDisposable
{
    private readonly WorkerData _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task The_libtorch_of_the_folder_that_was_named_is_loaded_and_no_other()
    {
        await using var worker = WorkerProcess.Serve(_data.Directory, 1, "--libtorch", copies.Same);

        var device = (await worker.ReadAsync()).Hello!.Device!;

        Assert.Equal((copies.Same, TorchLibrary.PackagedVersion), (device.LibraryFolder, device.Library));
        Assert.Equal([Path.Combine(copies.Same, "libtorch_cpu.so")], Loaded(worker));
        Assert.Equal("cpu", device.Devices[0].Name);
        Assert.InRange(device.Devices[0].Memory!.Value, 1L << 28, 1L << 50);
    }

    [Fact]
    public async Task The_packaged_one_lies_in_a_folder_of_its_own()
    {
        await using var worker = WorkerProcess.Serve(_data.Directory);

        var device = (await worker.ReadAsync()).Hello!.Device!;

        Assert.Equal("libtorch", Path.GetFileName(device.LibraryFolder));
        Assert.Single(Loaded(worker));
        Assert.Empty(Directory.EnumerateFiles(Path.GetDirectoryName(device.LibraryFolder)!, "libtorch*"));
    }

    [Fact]
    public async Task What_is_on_the_loaders_path_is_not_loaded_beside_or_instead()
    {
        await using var worker = WorkerProcess.ServeWith("LD_LIBRARY_PATH", copies.Same, _data.Directory);

        Assert.Equal("libtorch", Path.GetFileName((await worker.ReadAsync()).Hello!.Device!.LibraryFolder));
        Assert.DoesNotContain(copies.Same, Assert.Single(Loaded(worker)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_environment_names_a_libtorch_too()
    {
        await using var worker = WorkerProcess.ServeWith("HERMES_LIBTORCH", copies.Same, _data.Directory);

        Assert.Equal(copies.Same, (await worker.ReadAsync()).Hello!.Device!.LibraryFolder);
    }

    [Fact]
    public async Task Another_version_is_refused_with_both_numbers_and_taken_unverified_when_it_computes_the_same()
    {
        var (code, output, errors) = await WorkerProcess.TextAsync("probe", "--libtorch", copies.Other);
        Assert.Equal((1, ""), (code, output));
        Assert.Contains($"The libtorch in {copies.Other} is version 2.99.0, and 2.10.0 was expected.", errors, StringComparison.Ordinal);
        Assert.Contains("--libtorch-unverified", errors, StringComparison.Ordinal);

        (code, output, errors) = await WorkerProcess.TextAsync("probe", "--libtorch", copies.Other, "--libtorch-unverified");
        Assert.True(code == 0, errors);
        Assert.Contains("\"library\":\"2.99.0\"", output, StringComparison.Ordinal);
        Assert.Contains("is used unverified in place of 2.10.0: a pass forward and back differs by 0.", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_libtorch_is_refused_with_what_to_do()
    {
        var (code, _, errors) = await WorkerProcess.TextAsync("probe", "--libtorch", _data.Directory);

        Assert.Equal(1, code);
        Assert.Contains($"There is no libtorch in {_data.Directory}: libtorch_cpu.so was expected there.", errors, StringComparison.Ordinal);
        Assert.Contains("torch/lib", errors, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Debians_libtorch_is_found_through_python_and_refused_even_unverified_because_nothing_of_ours_fits_it()
    {
        const string Debian = "/usr/lib/x86_64-linux-gnu";
        Skip.IfNot(Directory.EnumerateFiles(Debian, "libtorch_cpu.so.1.13*").Any() && Directory.Exists("/usr/lib/python3/dist-packages/torch"), "Debian's python3-torch is not installed.");
        var path = new Dictionary<string, string> { ["PATH"] = $"/usr/bin:{Environment.GetEnvironmentVariable("PATH")}" };

        var (code, _, errors) = await WorkerProcess.TextAsync(path, "probe", "--libtorch", "auto");
        Assert.Equal(1, code);
        Assert.Contains($"The libtorch in {Debian} is version 1.13.0, and 2.10.0 was expected.", errors, StringComparison.Ordinal);

        (code, _, errors) = await WorkerProcess.TextAsync(path, "probe", "--libtorch", Debian, "--libtorch-unverified");
        Assert.Equal(1, code);
        Assert.Contains("is version 1.13.0, 2.10.0 was expected, and it does not take its place: libLibTorchSharp", errors, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Loaded(WorkerProcess worker) =>
        [.. File.ReadLines($"/proc/{worker.Id}/maps").Where(line => line.Contains("/libtorch_cpu", StringComparison.Ordinal)).Select(line => line[line.IndexOf('/', StringComparison.Ordinal)..]).Distinct()];

    /// <summary>Copies of the packaged libtorch; links would be the same files to the loader, and a second one would not be seen.</summary>
    public sealed class Copies : IDisposable
    {
        private static readonly string[] Parts = ["libc10.so", "libtorch_cpu.so", "libtorch.so", "libgomp*"];

        private readonly TemporaryFolder _folder = new();

        public Copies()
        {
            foreach (var folder in new[] { Same, Other })
            {
                Directory.CreateDirectory(folder);
                foreach (var file in Parts.SelectMany(part => Directory.EnumerateFiles(TorchLibrary.PackagedFolder, part)))
                {
                    File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
                }
            }

            // What it says of itself is all that tells a version. Both words are so short that the compiler put them into the code, eight and four letters at a time.
            var library = Path.Combine(Other, "libtorch_cpu.so");
            ReadOnlySpan<byte> bytes = File.ReadAllBytes(library);
            var place = bytes.IndexOf("TORCH_VE"u8);
            place += bytes[place..].IndexOf("2.10"u8);
            using var stream = File.OpenWrite(library);
            stream.Position = place;
            stream.Write("2.99"u8);
        }

        /// <summary>The same files.</summary>
        public string Same => _folder.At("same");

        /// <summary>The same files, which say that they are another version.</summary>
        public string Other => _folder.At("other");

        public void Dispose() => _folder.Dispose();
    }
}
