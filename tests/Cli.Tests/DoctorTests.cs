using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Hermes.Cli.Doctor;
using Hermes.Hosting;

namespace Hermes.Cli.Tests;

/// <summary>The doctor where no platform runs, with the real programs.</summary>
public sealed class DoctorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public DoctorTests()
    {
        _listener.Start();
        Taken = _listener.LocalEndpoint.ToString()!;
    }

    private string Taken { get; }

    public void Dispose()
    {
        _listener.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_is_wrong_is_a_problem_with_what_to_do_and_the_rest_is_told_too()
    {
        _folder.File("hermes.db", "This is no database, it is a letter of more than one hundred bytes that somebody saved under a name it does not deserve.");
        _folder.File("blobs");

        var result = await HermesProcess.RunAsync("doctor", "--json", "--data-dir", _folder.Path, "--address", Taken);

        Assert.True(result.ExitCode == 1, result.Output + result.Error);
        Assert.Equal("problem", result.Json.GetProperty("health").GetString());
        AssertFound(result, "problem", "database", "hermes.db");
        AssertFound(result, "problem", "blobs", "it is a file");
        AssertFound(result, "problem", "platform", "something listens");
        AssertFound(result, "ok", "libtorch", "libtorch computes rightly here");
        AssertFound(result, "ok", "libtorch", "it can use cpu with ");
        AssertFound(result, "ok", "allocator", WorkerAllocator.Find(WorkerAllocator.Auto) is null ? "workers have the C library's; with tcmalloc" : "/libtcmalloc_minimal.so.4");
        AssertFound(result, "ok", "programs", "worker");
        Assert.All(Findings(result), f => Assert.Equal(f.GetProperty("health").GetString() == "ok", f.GetProperty("advice").ValueKind == JsonValueKind.Null));
        Assert.Equal(["blobs", "hermes.db"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task A_libtorch_that_workers_would_not_take_is_a_problem()
    {
        _listener.Stop();

        var result = await HermesProcess.RunAsync("doctor", "--json", "--data-dir", _folder.At("data"), "--address", Taken, "--libtorch", _folder.Path);

        Assert.Equal(1, result.ExitCode);
        AssertFound(result, "problem", "libtorch", $"There is no libtorch in {_folder.Path}: libtorch_cpu.so was expected there.");
    }

    [Fact]
    public async Task An_allocator_that_workers_would_not_have_is_told_of()
    {
        var missing = _folder.At("libnomalloc.so");

        var result = await HermesProcess.RunAsync(
            new Dictionary<string, string> { ["HERMES_ALLOCATOR"] = missing }, "doctor", "--json", "--data-dir", _folder.At("data"), "--address", "127.0.0.1:9");

        AssertFound(result, "warning", "allocator", $"{missing} cannot be loaded; workers have the C library's");
        AssertFound(result, "ok", "libtorch", "computes rightly here");
    }

    [Fact]
    public async Task A_variable_that_names_no_allocator_is_told_of()
    {
        var result = await HermesProcess.RunAsync(
            new Dictionary<string, string> { ["HERMES_ALLOCATOR"] = "tcmalloc" }, "doctor", "--json", "--data-dir", _folder.At("data"), "--address", "127.0.0.1:9");

        AssertFound(result, "problem", "libtorch", "HERMES_ALLOCATOR is 'tcmalloc'; auto, system or a full path");
    }

    [Fact]
    public async Task Before_the_first_start_nothing_is_wrong_and_nothing_is_made()
    {
        var port = ((IPEndPoint)_listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        _listener.Stop();

        var result = await HermesProcess.RunAsync("doctor", "--data-dir", _folder.At("new/data"), "--address", Taken, "--dashboard-port", port);

        Assert.Contains($"none yet in {_folder.At("new/data")}", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("problem", result.Output, StringComparison.Ordinal);
        Assert.Equal(0, result.ExitCode);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task Without_programs_each_that_is_missing_is_a_problem()
    {
        var result = await HermesProcess.RunAsync(
            new Dictionary<string, string> { ["HERMES_PROGRAMS"] = _folder.Path }, "doctor", "--json", "--data-dir", _folder.At("data"), "--address", "127.0.0.1:9");

        Assert.Equal(1, result.ExitCode);
        AssertFound(result, "problem", "programs", "hermes-silo.dll is missing");
        AssertFound(result, "problem", "libtorch", "hermes-worker.dll is missing");
    }

    [Fact]
    public void A_silo_of_another_machine_is_not_taken_for_a_process_of_this_one_that_has_its_number() =>
        Assert.Equal((false, false), (LivingPlatform.IsSilo(Environment.ProcessId), LivingPlatform.IsSilo(int.MaxValue)));

    private static void AssertFound(HermesProcess result, string health, string subject, string words)
    {
        var finding = Assert.Single(Findings(result), f => f.GetProperty("subject").GetString() == subject);
        Assert.Equal(health, finding.GetProperty("health").GetString());
        Assert.Contains(words, finding.GetProperty("found").GetString(), StringComparison.Ordinal);
    }

    private static JsonElement.ArrayEnumerator Findings(HermesProcess result) => result.Json.GetProperty("findings").EnumerateArray();
}
