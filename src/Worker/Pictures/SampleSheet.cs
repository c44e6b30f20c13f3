using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Previews;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Imaging.Pictures;
using Hermes.Model.Training;

namespace Hermes.Worker.Pictures;

/// <summary>The picture of what a validation found of a few cases.</summary>
internal static class SampleSheet
{
    /// <summary>The most cases on it.</summary>
    public const int MostCases = 6;

    /// <summary>Draws and stores it.</summary>
    /// <param name="store">Stores a blob.</param>
    /// <param name="step">Optimiser steps done.</param>
    /// <param name="cases">What was validated, of which some have a sample.</param>
    public static SampleStrip Store(StoreBlob store, int step, IReadOnlyList<ScoredCase> cases)
    {
        List<ScoredCase> shown = [.. cases.Where(c => c.Sample is not null).Take(MostCases)];
        var sheet = new Pixels(Preview.Side, Preview.Side * shown.Count);
        foreach (var (row, one) in shown.Index())
        {
            var drawn = one.Sample!.Draw(
                Preview.Side, PngImage.Colour(LabelColours.OfAgreement[0]), PngImage.Colour(LabelColours.OfAgreement[1]), PngImage.Colour(LabelColours.OfAgreement[2]));
            sheet.Put(drawn, (Preview.Side - drawn.Width) / 2, (row * Preview.Side) + ((Preview.Side - drawn.Height) / 2));
        }

        var picture = store(MediaTypes.Png, ".png", path => File.WriteAllBytes(path, PngImage.Encode(sheet)));
        return new SampleStrip(step, [.. shown.Select(c => new SampleCase(c.Dataset, c.CaseId))], picture);
    }
}
