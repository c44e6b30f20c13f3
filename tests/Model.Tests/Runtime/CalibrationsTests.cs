using Hermes.Model.Runtime;
using TorchSharp;

namespace Hermes.Model.Tests.Runtime;

[Collection(TorchCollection.Name)]
public sealed class CalibrationsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private Calibrations Calibrations => new(_folder.Path, IsKept: true);

    private string File => Assert.Single(Directory.GetFiles(_folder.Path));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_measured_of_a_device_is_kept_and_counts_from_then_on()
    {
        var measured = Calibrations.Of("A processor", log: null);
        Assert.InRange(measured.BFloat16Share, 0.01, 100);
        Assert.Equal(("A processor", torch.get_num_threads()), (measured.Device, measured.Threads));

        Assert.Equal(measured, Calibrations.Of("A processor", log: null));
        var text = System.IO.File.ReadAllText(File);
        System.IO.File.WriteAllText(File, System.Text.RegularExpressions.Regex.Replace(text, "\"bFloat16Share\": .*", "\"bFloat16Share\": 0.125"));
        Assert.Equal(0.125, Calibrations.Of("A processor", log: null).BFloat16Share);
    }

    [Theory]
    [InlineData(0.5, true)]
    [InlineData(0.95, false)]
    [InlineData(1.8, false)]
    public void Where_nobody_knows_in_which_format_a_device_is_faster_what_was_measured_chooses(double share, bool isMixed)
    {
        var options = new TorchRuntimeOptions { MixedPrecision = true, Calibrations = Calibrations };
        TorchRuntime.Choose(options, torch.CPU, log: null);
        System.IO.File.WriteAllText(File, System.Text.Json.JsonSerializer.Serialize(
            new Calibration { Device = "This", Library = "", Threads = 1, BFloat16Share = share }, System.Text.Json.JsonSerializerOptions.Web));
        var log = new List<string>();

        var state = TorchRuntime.Choose(options, torch.CPU, log.Add);

        Assert.Equal(share, state.Calibration!.BFloat16Share);
        var passes = ConvolutionSelfTest.WorstError(torch.ScalarType.BFloat16, device: torch.CPU) < 0.02;
        Assert.Equal(isMixed && passes ? ConvolutionPrecision.Mixed : ConvolutionPrecision.Full, state.Precision);
        Assert.Equal(!isMixed, log.Contains("This processor is faster in float32 than in bfloat16; float32 is used."));
    }

    [Fact]
    public void A_damaged_file_is_measured_anew_and_other_devices_have_files_of_their_own()
    {
        Calibrations.Of("A processor", log: null);
        System.IO.File.WriteAllText(File, "{ \"device\": ");

        var again = Calibrations.Of("A processor", log: null);

        Assert.Equal(again, Calibrations.Of("A processor", log: null));
        Calibrations.Of("Another", log: null);
        Assert.Equal(2, Directory.GetFiles(_folder.Path).Length);
    }

    [Fact]
    public void Without_a_place_for_measurements_a_processor_of_which_nobody_knows_computes_in_float32()
    {
        var state = TorchRuntime.Choose(new TorchRuntimeOptions { MixedPrecision = true }, torch.CPU, log: null);

        Assert.Equal((ConvolutionPrecision.Full, null), (state.Precision, state.Calibration));
    }

    [Fact]
    public void Nothing_is_written_where_nothing_is_to_be_kept_and_what_cannot_be_kept_is_told()
    {
        new Calibrations(_folder.Path, IsKept: false).Of("A processor", log: null);
        Assert.Empty(Directory.GetFiles(_folder.Path));

        var log = new List<string>();
        var file = _folder.File("a file", "");
        new Calibrations(Path.Combine(file, "below"), IsKept: true).Of("A processor", log.Add);
        Assert.Matches("^What was measured of this processor cannot be kept in .*, and will be measured again: ", Assert.Single(log));
    }

    [Fact]
    public async Task Of_several_that_measure_at_once_the_first_counts_for_all()
    {
        var threads = Enumerable.Range(0, 4).Select(n => new TensorThread($"worker {n}", 1)).ToList();
        var found = new Calibration[threads.Count];
        await Task.WhenAll(threads.Select((thread, n) => thread.Run(() => found[n] = Calibrations.Of("A processor", log: null))));
        Calibration? later = null;
        await threads[0].Run(() => later = Calibrations.Of("A processor", log: null));
        await Task.Run(() => threads.ForEach(thread => thread.Dispose()));

        Assert.All(found, f => Assert.Equal(later, f));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }
}
