using System.Runtime.InteropServices;
using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Imaging.Volumes.Formats;
using Hermes.Worker.Orders;

namespace Hermes.Worker.Tests.Orders;

/// <summary>Whatever goes wrong in a worker reaches its user as one sentence.</summary>
public sealed class FailureOfTests
{
    [Fact]
    public void A_native_stack_is_cut_off_after_its_first_line() => Assert.Equal(
        "The numerical library failed: sizes do not match",
        FailureOf.Exception(new NativeError("sizes do not match\n  at c10::Error\n  at at::native")).Message);

    [Fact]
    public void Any_other_error_is_told_by_its_first_line() =>
        Assert.Equal("first", FailureOf.Exception(new InvalidOperationException("first\r\nsecond")).Message);

    [Fact]
    public void Too_little_memory_says_what_to_make_smaller() => Assert.Equal(
        "Use a smaller patch or batch, or a machine with more memory.", FailureOf.Exception(new InsufficientMemoryException()).Hint);

    [Fact]
    public void A_full_disk_says_so_and_what_to_do()
    {
        var full = DiskFull.Refusal("no place for 3 bytes");

        var failure = FailureOf.Exception(new IOException("no space left", full.HResult));

        Assert.Equal("The disk is full: no space left", failure.Message);
        Assert.NotNull(failure.Hint);
    }

    [Fact]
    public void A_refusal_keeps_its_hint()
    {
        var failure = FailureOf.Exception(new HermesException("No.", hint: "Do that."));

        Assert.Equal(("No.", "Do that."), (failure.Message, failure.Hint));
    }

    [Fact]
    public void A_case_is_told_by_its_first_problem() =>
        Assert.Equal("one", FailureOf.Exception(new CaseRefusedException([new Failure("one"), new Failure("two")])).Message);

    [Fact]
    public void A_volume_is_told_under_the_name_its_user_knows()
    {
        var failure = FailureOf.Named(new VolumeFormatException("/blobs/ab12", "text", "a NIfTI header"), "scans/c1.nii");

        Assert.Equal(("scans/c1.nii: found text, expected a NIfTI header.", "scans/c1.nii"), (failure.Message, failure.File));
    }

    private sealed class NativeError(string message) : ExternalException(message);
}
